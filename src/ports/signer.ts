import type { BundleLogEntry } from '../attestation/render-signature-bundle.ts';
import type { Digest } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';

export type SigningAlgorithm = 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384' | 'rsa-pkcs1-sha256';

/** Who others will say has signed. */
export type SigningMaterial =
  | { readonly kind: 'key'; readonly spki: Uint8Array; readonly algorithm: SigningAlgorithm }
  | {
      /** A key that lives as long as this run; certificates tie it to an identity. */
      readonly kind: 'certificate';
      readonly spki: Uint8Array;
      readonly algorithm: SigningAlgorithm;
      /** OIDC issuer, as the certificate names it. */
      readonly issuer: string;
      /** Subject alternative name of the certificate. */
      readonly san: string;
    };

/** Something that signs: a key file, a KMS plugin or a keyless identity. */
export interface Signer extends AsyncDisposable {
  readonly material: SigningMaterial;
  /** The program that holds or reaches the key, where that is not this one: it is part of how a signature came about. */
  readonly tool?: { readonly path: string; readonly digest: Digest };
  /** Signs the message (the implementation hashes). ECDSA as ASN.1 DER. The answer was verified with the public key. */
  sign(message: Uint8Array, run: Run): Promise<Uint8Array>;
  /**
   * Signs a message too large for memory, reading it once. A signer that cannot (a plugin that wants the
   * whole message) leaves it out. Whoever knows the SHA-256 of the message says so, and the signature is
   * compared with that: a message of another digest is refused, and nothing is hashed twice.
   * @throws SignerFailure SIGN_SELF_CHECK
   */
  signStream?(
    message: AsyncIterable<Uint8Array>,
    run: Run,
    knownDigest?: Uint8Array,
  ): Promise<StreamSignature>;
  /** What goes into the bundle beside a signature just made; signers by certificate have it, others do not. */
  evidenceFor?(
    signed: WitnessedContent,
    signature: Uint8Array,
    run: Run,
  ): Promise<SignatureEvidence>;
}

/** A signature over a stream, with the SHA-256 (32 bytes) of what was read. */
export interface StreamSignature {
  readonly signature: Uint8Array;
  readonly digest: Uint8Array;
}

/** What a log is told was signed. */
export type WitnessedContent =
  | { readonly kind: 'blob'; readonly digest: Uint8Array }
  | { readonly kind: 'statement'; readonly payload: Uint8Array };

/** What proves who made a signature, and when. */
export interface SignatureEvidence {
  /** DER of the certificate. */
  readonly certificate: Uint8Array;
  readonly logEntry?: BundleLogEntry;
  /** Replies of RFC 3161 over the signature. */
  readonly timestamps: readonly Uint8Array[];
}
