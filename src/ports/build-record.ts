import type { Digest } from '../oci/digest.ts';

/** Where the definition lay when an image was built of it; told in labels of the image, and no input of the build. */
export interface BuildOrigin {
  /** Commit of the work tree. */
  readonly revision?: string;
  /** Address the work tree was cloned from. */
  readonly repository?: string;
}

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
  /** Of itself and of what it was built upon here, by full name: labels of bases are labels of what is built on them. */
  readonly origins: Readonly<Record<string, BuildOrigin>>;
}
