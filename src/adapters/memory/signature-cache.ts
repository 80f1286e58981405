import type { Digest } from '../../oci/digest.ts';
import type { SignatureCache } from '../../ports/signature-cache.ts';

/** Signatures for the length of a process. */
export class MemorySignatureCache implements SignatureCache {
  readonly #bundles = new Map<string, Uint8Array>();

  find(fingerprint: string, signed: Digest): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#bundles.get(`${fingerprint} ${signed}`));
  }

  keep(fingerprint: string, signed: Digest, bundle: Uint8Array): Promise<void> {
    this.#bundles.set(`${fingerprint} ${signed}`, bundle);
    return Promise.resolve();
  }
}
