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

export type SignatureOutcome =
  | {
      readonly outcome: 'valid';
      readonly fingerprint: string;
      readonly warnings: readonly string[];
    }
  | { readonly outcome: 'invalid'; readonly code: string; readonly reason: string }
  | { readonly outcome: 'undecided'; readonly code: string; readonly reason: string };

/** Result for DSSE: the payload that was verified, and only then. */
export type StatementOutcome =
  | {
      readonly outcome: 'valid';
      readonly fingerprint: string;
      readonly payloadType: string;
      readonly payload: Uint8Array;
    }
  | { readonly outcome: 'invalid' | 'undecided'; readonly code: string; readonly reason: string };

/** Judges Sigstore bundles against keys that policy named. Never throws for bad signatures. */
export interface BundleVerifier {
  /** A message signature in a Sigstore bundle (`zarf.bundle.sig`, `uds.bundle.sig`, `<archive>.sigstore.json`). */
  verifyBlob(
    bundle: Uint8Array,
    artifact: SignedArtifact,
    key: TrustedKey,
    run: Run,
  ): Promise<SignatureOutcome>;
  /** The old detached form (`zarf.yaml.sig`): base64 of a DER signature. */
  verifyDetached(
    signature: Uint8Array,
    artifact: SignedArtifact,
    key: TrustedKey,
    run: Run,
  ): Promise<SignatureOutcome>;
  /** A DSSE envelope in a Sigstore bundle; subjects are the caller's to compare. */
  verifyStatement(bundle: Uint8Array, key: TrustedKey, run: Run): Promise<StatementOutcome>;
}
