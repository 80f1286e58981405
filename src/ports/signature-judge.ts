import type { ChainCertificate, StampedBy } from '../attestation/certificate-chain.ts';
import type { SignatureAlgorithm } from '../attestation/signature-algorithm.ts';
import type { Digest } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';

/** Whom the caller trusts, decided outside the archive. */
export interface TrustedKey {
  /** Where it came from: a path or a variable, for reports. */
  readonly origin: string;
  /** PEM, SPKI (`PUBLIC KEY`). */
  readonly pem: string;
  /** SHA-256 of the SPKI DER, lower-case hex. */
  readonly fingerprint: string;
}

/** What a signature was claimed to cover. */
export type SignedArtifact =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'digest'; readonly digest: Digest };

/** Trust material of a private or public Sigstore instance, pinned by whoever judges. */
export interface TrustedRootFile {
  /** Path it came from, for reports. */
  readonly origin: string;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  /** `trusted_root.json`, as read; its form was checked. */
  readonly bytes: Uint8Array;
}

/** One party that policy allows to sign. `name` is the policy's name for it. */
export type TrustedSigner =
  | {
      readonly kind: 'key';
      readonly name: string;
      readonly key: TrustedKey;
      /** As policy pins it; without it the kind of the key decides, with SHA-256. */
      readonly algorithm?: SignatureAlgorithm;
      /** When given, a timestamp in the bundle is judged by it; without one it is named as not judged. */
      readonly timestampRoot?: TrustedRootFile;
      /** How many verified timestamps of different authorities are demanded at least; 0 when absent. */
      readonly timestamps?: number;
      /** How many verified log entries are demanded at least; 0 when absent. Judged by `timestampRoot`. */
      readonly tlogs?: number;
    }
  | {
      readonly kind: 'identity';
      readonly name: string;
      /** OIDC issuer, compared exactly. */
      readonly issuer: string;
      /** Subject alternative name: exact text, or a pattern that must match all of it. */
      readonly san:
        | { readonly kind: 'exact'; readonly text: string }
        | { readonly kind: 'pattern'; readonly text: string };
      readonly root: TrustedRootFile;
      /** How many verified log entries, SCTs and signed timestamps are demanded at least. */
      readonly tlogs: number;
      readonly scts: number;
      readonly timestamps: number;
    };

/** A signature that held under one of the signers. */
export interface ValidSignature {
  readonly outcome: 'valid';
  /** Name of the signer whose key or identity it was. */
  readonly signer: string;
  /** Different signers are counted by this: `key:<SPKI SHA-256>`, or `identity:<issuer> <SAN>`. */
  readonly party: string;
  /** Times that an authority or a log vouches for and that were verified, UTC, ISO 8601, oldest first. */
  readonly stampedTimes: readonly string[];
  /** Who vouches for these times, oldest first; of a certificate. */
  readonly stampedBy?: readonly StampedBy[];
  /** Of the certificate, when one signed. */
  readonly certificate?: {
    readonly issuer: string;
    readonly san: string;
    readonly notBefore: string;
    readonly notAfter: string;
    /** As it was verified, from the leaf to the root; undefined: which of several held cannot be told. */
    readonly chain?: readonly ChainCertificate[];
  };
  /** What of the evidence was not judged. */
  readonly warnings: readonly string[];
  /** Says so where cosign, Zarf or UDS would not make or not verify a signature of this algorithm. */
  readonly unusualAlgorithm?: string;
  /** For DSSE: what was verified. */
  readonly statement?: { readonly payloadType: string; readonly payload: Uint8Array };
}
export interface RefusedSignature {
  readonly outcome: 'invalid' | 'undecided';
  readonly code: string;
  readonly reason: string;
}
export type JudgedSignature = ValidSignature | RefusedSignature;

/** Nobody but the holder of this key. */
export function onlyKey(key: TrustedKey): readonly TrustedSigner[] {
  return [{ kind: 'key', name: key.origin, key }];
}

/**
 * Judges signatures against everybody policy allows: keys of every accepted algorithm and certificates.
 * The kind of material in the bundle picks among the signers, never the other way round. Bad signatures
 * are results, never exceptions. No network, no clock: times come from the evidence.
 */
export interface SignatureJudge {
  /** A Sigstore bundle (message signature) over these bytes. */
  judgeBlob(
    bundle: Uint8Array,
    artifact: SignedArtifact,
    signers: readonly TrustedSigner[],
    run: Run,
  ): Promise<JudgedSignature>;
  /** The old detached form (`zarf.yaml.sig`): base64 of a signature, by a key only. */
  judgeDetached(
    signature: Uint8Array,
    artifact: SignedArtifact,
    signers: readonly TrustedSigner[],
    run: Run,
  ): Promise<JudgedSignature>;
  /** A DSSE envelope in a Sigstore bundle; subjects are the caller's to compare. */
  judgeStatement(
    bundle: Uint8Array,
    signers: readonly TrustedSigner[],
    run: Run,
  ): Promise<JudgedSignature>;
}
