import type { Digest } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';

export type SigningAlgorithm = 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384' | 'rsa-pkcs1-sha256';

/** Something that signs: a key file today, a KMS plugin or a keyless identity later. */
export interface Signer extends AsyncDisposable {
  readonly material: {
    readonly kind: 'key';
    readonly spki: Uint8Array;
    readonly algorithm: SigningAlgorithm;
  };
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
}

/** A signature over a stream, with the SHA-256 (32 bytes) of what was read. */
export interface StreamSignature {
  readonly signature: Uint8Array;
  readonly digest: Uint8Array;
}
