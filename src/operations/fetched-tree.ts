import type { Digest } from '../oci/digest.ts';

/** A file of a fetched folder; its content lies in the blob store. */
interface TreeFile {
  /** Plain relative path. */
  readonly path: string;
  readonly mode: number;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** A fetched folder: a document that names its files by digest, kept like them. */
export interface FetchedTree {
  readonly blobs: readonly TreeFile[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
}
