import type { Digest } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';

/** One file to be written into an archive, in the order given. */
export interface ArchiveFile {
  /** Slash path, as it will stand in the tar. */
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Opens the content; the writer checks digest and size in passing. */
  open(run: Run): AsyncIterable<Uint8Array>;
}
