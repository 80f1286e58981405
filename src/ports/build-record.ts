import type { Digest } from '../oci/digest.ts';

/** How an image came to be, for provenance. */
export interface BuildRecord {
  readonly engine: string;
  readonly version: string;
  /** What reads the Containerfile, where that is not the engine. */
  readonly frontend?: string;
  readonly bases: readonly { readonly reference: string; readonly digest: Digest }[];
  /** Digest over the context, names and contents. */
  readonly context: Digest;
  readonly containerfile: Digest;
  /** Names of build arguments; values may be anything. */
  readonly arguments: readonly string[];
}
