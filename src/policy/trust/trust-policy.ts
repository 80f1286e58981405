import type { SignatureAlgorithm } from '../../attestation/signature-algorithm.ts';
import type { Digest } from '../../oci/digest.ts';
import type { VersionRange } from './version-range.ts';

/** Who may sign what, as the receiver decided: read from `trust-policy.json`, or made of one key. */
export interface TrustPolicy {
  /** Where it came from; undefined when all that was given is a key. */
  readonly origin: { readonly location: string; readonly digest: Digest } | undefined;
  /** Grows with every change; 0 for a lone key. */
  readonly version: number;
  /** UTC, ISO 8601; undefined for a lone key. */
  readonly expires: string | undefined;
  /** Who receives. Undefined: statements that name an audience cannot be judged. */
  readonly site: string | undefined;
  /** What becomes of signatures that nobody named here made. */
  readonly otherSignatures: 'refuse' | 'report';
  readonly trustedRoots: ReadonlyMap<string, PinnedRoot>;
  readonly signers: ReadonlyMap<string, PolicySigner>;
  readonly roles: ReadonlyMap<string, Role>;
  /** In order: the first that fits decides. */
  readonly rules: readonly TrustRule[];
  /** Content that is refused whoever signed it, with the reason. */
  readonly revokedDigests: ReadonlyMap<Digest, string>;
  /** Role whose record of what was accepted last is believed. */
  readonly acceptedRole: string | undefined;
}

/** A `trusted_root.json` beside the policy. */
export interface PinnedRoot {
  readonly name: string;
  readonly file: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** When signatures of a signer count. UTC, ISO 8601; both ends belong to it, the moment of a revocation does not. */
export interface Validity {
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly revokedAt?: string;
}

export interface PolicyKey extends Validity {
  readonly kind: 'key';
  readonly name: string;
  /** PEM, SPKI. */
  readonly pem: string;
  /** SHA-256 of the SPKI, lower-case hex. */
  readonly fingerprint: string;
  /** What it is called in reports: a path, or its name in the policy. */
  readonly origin: string;
  /** Undefined for a lone key: then any kind that is accepted. */
  readonly algorithm: SignatureAlgorithm | undefined;
  /** Name of the root whose timestamps on its signatures are believed. */
  readonly trustedRoot: string | undefined;
}

export interface PolicyIdentity extends Validity {
  readonly kind: 'identity';
  readonly name: string;
  readonly issuer: string;
  readonly san: { readonly kind: 'exact' | 'pattern'; readonly text: string };
  readonly trustedRoot: string;
  readonly tlogs: number;
  readonly scts: number;
  readonly timestamps: number;
}
export type PolicySigner = PolicyKey | PolicyIdentity;

export type RoleKind = 'builder' | 'releaser' | 'approver';

/** Some signers, and how many different ones of them it takes. */
export interface Role {
  readonly name: string;
  readonly kind: RoleKind;
  /** Names, as the policy orders them. */
  readonly signers: readonly string[];
  readonly threshold: number;
}

export type ObjectKind = 'statement' | 'bundle' | 'package' | 'image';

/** What is believed of what. */
export interface TrustRule {
  /** Name for findings: `packages[3]`. */
  readonly name: string;
  /** `*` stands for any run of characters. */
  readonly product: string;
  readonly kinds: readonly ObjectKind[];
  readonly versions: VersionRange | undefined;
  readonly role: string;
  /** Roles that have to sign or approve as well, each by itself; empty: none. */
  readonly approvers: readonly string[];
  /** Being covered by what it lies in is not enough. */
  readonly ownSignature: boolean;
  /** Signed times demanded on every signature. */
  readonly timestamps: number;
  readonly maxAgeMs: number | undefined;
  readonly minCounter: number | undefined;
  readonly attestations: readonly RequiredAttestation[];
}

export interface RequiredAttestation {
  readonly predicateType: string;
  readonly role: string;
  readonly maxAgeMs: number | undefined;
  /** Path in the predicate, with dots, and the values it may have. */
  readonly require: ReadonlyMap<string, readonly (string | number | boolean)[]>;
}
