import type { SignatureAlgorithm } from '../../attestation/signature-algorithm.ts';
import type { ObjectKind, RoleKind } from './trust-policy.ts';

/** `trust-policy.json` as its schema has proven it. @see schemas/trust-policy.schema.json */
export interface TrustPolicyDocument {
  readonly schema: 'trust-policy/v1';
  readonly version: number;
  readonly expires: string;
  readonly site?: string;
  readonly otherSignatures?: 'refuse' | 'report';
  readonly trustedRoots?: Readonly<
    Record<string, { readonly sha256: string; readonly file?: string }>
  >;
  readonly keys?: Readonly<Record<string, KeyDocument>>;
  readonly identities?: Readonly<Record<string, IdentityDocument>>;
  readonly roles: Readonly<Record<string, RoleDocument>>;
  readonly packages: readonly RuleDocument[];
  readonly sharedSigners?: readonly { readonly signer: string; readonly reason: string }[];
  readonly revokedDigests?: readonly { readonly digest: string; readonly reason: string }[];
  readonly accepted?: { readonly role: string };
}

export interface ValidityDocument {
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly revokedAt?: string;
}

export interface KeyDocument extends ValidityDocument {
  readonly spki: string;
  readonly algorithm: SignatureAlgorithm;
  readonly trustedRoot?: string;
}

export interface IdentityDocument extends ValidityDocument {
  readonly issuer: string;
  readonly san?: string;
  readonly sanPattern?: string;
  readonly trustedRoot: string;
  readonly tlogs?: number;
  readonly scts?: number;
  readonly timestamps?: number;
}

export interface RoleDocument {
  readonly kind?: RoleKind;
  readonly signers: readonly string[];
  readonly threshold: number;
}

export interface RuleDocument {
  readonly product: string;
  readonly kinds?: readonly ObjectKind[];
  readonly versions?: string;
  readonly role: string;
  readonly approvers?: string | readonly string[];
  readonly ownSignature?: boolean;
  readonly timestamps?: number;
  readonly maxAge?: string;
  readonly minCounter?: number;
  readonly attestations?: readonly AttestationDocument[];
}

export interface AttestationDocument {
  readonly predicateType: string;
  readonly role: string;
  readonly maxAge?: string;
  readonly require?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
}

/** Roles that have to approve by an entry, in its order. */
export function approversOf({
  approvers = [],
}: Pick<TrustPolicyDocument['packages'][number], 'approvers'>): readonly string[] {
  return typeof approvers === 'string' ? [approvers] : approvers;
}
