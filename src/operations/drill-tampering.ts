import type { Splice } from '../archive/drill/spliced-bytes.ts';

/** One way to tamper, ready to be played. Nothing of it touches a disk. */
export interface Tampering {
  /** The same for the same kind. */
  readonly id: string;
  /** What is done, in words. */
  readonly what: string;
  /** Where, in words. */
  readonly where: string;
  /** Changes of the bytes of the archive. */
  readonly file?: readonly Splice[];
  /** Changes of the tar in it, which is then compressed anew, as somebody would who wants it to be read. */
  readonly tar?: readonly Splice[];
  /** Files in the folder that are others, or are not there (`null`), by name. */
  readonly beside?: ReadonlyMap<string, Uint8Array | null>;
  /** The bit of this byte of the archive is turned over, and every byte is read also of a large one. */
  readonly flip?: number;
}

/** A kind of tampering that there is nothing for. */
export interface NotPlayed {
  readonly id: string;
  readonly reason: string;
}
