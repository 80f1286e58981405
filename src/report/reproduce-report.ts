import type { ExitCode } from '../errors/exit-codes.ts';
import type { Digest } from '../oci/digest.ts';

/** Why two archives differ in one place. */
export type DifferenceKind =
  | 'signature' // only its maker can make it again
  | 'timestamp' // another SOURCE_DATE_EPOCH
  | 'tool' // another version of this program, or of the format it writes
  | 'content' // other bytes under the same name
  | 'missing' // in the archive, and not made now
  | 'extra' // made now, and not in the archive
  | 'follows' // lists digests of what differs elsewhere
  | 'packing'; // the same files, packed otherwise: order, frames, compression

export interface ReproducedDifference {
  readonly kind: DifferenceKind;
  /** Of a bundle: the package it lies in. */
  readonly package?: string;
  /** Path of the file; in a component its path in the tar stands behind `!`. Undefined: the archive as a whole. */
  readonly path?: string;
  readonly expected?: Digest;
  readonly actual?: Digest;
  readonly message: string;
}

/** Result of `reproduce`. */
export interface ReproduceReport {
  readonly schema: 'cowa-release/reproduce-result/v1';
  readonly program: { readonly name: 'cowa-release'; readonly version: string };
  readonly archive: { readonly name: string; readonly digest: Digest; readonly size: number };
  readonly rebuilt: { readonly digest: Digest; readonly size: number };
  readonly outcome: 'identical' | 'same-content' | 'different';
  /** `taken`: those of the archive, which hold over what was made now; `other`: made by a key for this purpose. */
  readonly signatures: 'none' | 'taken' | 'other';
  /** Offset of the first byte that differs, in bytes; undefined where they are identical. */
  readonly firstByte?: number;
  readonly differences: readonly ReproducedDifference[];
  /** Where the signed statement was written. */
  readonly statement?: string;
  readonly exitCode: ExitCode;
}
