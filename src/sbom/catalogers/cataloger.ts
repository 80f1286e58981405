import type { ImageView } from '../image-view.ts';
import type { FoundPackage } from '../inventory.ts';
import type { FileFacts } from '../layer-facts.ts';
import type { LayerEntry } from '../layer-tar.ts';

/** How a cataloger takes a file. */
export type Taking =
  /** The whole content at once, at most `maxBytes`; larger files become a fault. */
  | {
      readonly how: 'whole';
      readonly maxBytes: number;
      readonly read: (content: Buffer, path: string) => FileFacts | undefined;
    }
  /** Piece by piece while it passes: for files that may be large. */
  | { readonly how: 'passing'; readonly taker: PassingTaker };

/** Reads a large file in passing, keeping little of it. */
export interface PassingTaker {
  push(piece: Uint8Array): void;
  end(): FileFacts | undefined;
}

/**
 * Finds the packages of one ecosystem. Decides by the header of a file whether it wants it, reads one
 * file at a time, and joins what it found once whiteouts and overwritten files are known.
 */
export interface Cataloger {
  /** Name in documents, e.g. `dpkg`. */
  readonly id: string;
  wants(entry: LayerEntry): Taking | undefined;
  /** Packages of the image. Nothing here depends on the order of the files. */
  packages(view: ImageView): readonly FoundPackage[];
}
