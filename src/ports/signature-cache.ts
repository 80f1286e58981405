import type { Digest } from '../oci/digest.ts';

/** Signature bundles made before, by key and signed bytes. Nothing in it is trusted: what it returns is verified before use. */
export interface SignatureCache {
  /** undefined when there is none, or it cannot be read. */
  find(fingerprint: string, signed: Digest): Promise<Uint8Array | undefined>;
  /** Keeps a bundle; a failure to keep it must not fail the run. */
  keep(fingerprint: string, signed: Digest, bundle: Uint8Array): Promise<void>;
}
