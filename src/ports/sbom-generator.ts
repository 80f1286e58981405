import type { Inventory } from '../sbom/inventory.ts';
import type { Run } from '../support/run.ts';
import type { BlobSource } from './blob-store.ts';
import type { ResolvedImage } from './image-source.ts';

/** A document that takes the place of what would be found in an image. */
export interface GivenDocument {
  /** As the definition names the image. */
  readonly image: string;
  /** Relative to the definition. */
  readonly file: string;
  /** Of the file, hex. */
  readonly sha256: string;
}

/** Sees content on its way to somewhere else. */
export interface ContentFollower {
  /**
   * The next bytes; resolves when more may be given.
   * @param release told when it is done with them; until then they must not change
   */
  offer(bytes: Uint8Array, release: () => void): Promise<void>;
  end(): void;
  fail(error: unknown): void;
}

/** What finds the packages of an image. */
export interface SbomGenerator {
  /** As documents name it, e.g. `cowa-release`. */
  readonly name: string;
  readonly version: string;
  /** Of a program that was named, hex. */
  readonly sha256?: string;
  /** Who lists files that lie in no image, where that is not this one. */
  readonly files?: SbomGenerator;
  /** Documents it takes instead of looking itself. */
  readonly given?: readonly GivenDocument[];
  /** Who lists what is in this image, where that is not this one. */
  forImage?(image: ResolvedImage): SbomGenerator;
  /** Changes whenever the same image may get another inventory. */
  readonly revision: string;
  /**
   * Follows a layer while it is taken into the store, so that it need not be read again for `catalogue`.
   * Whoever asks must end it or fail it, and end it only when the content has proved to be what its digest says.
   * @returns undefined where the layer is known, and where nothing is gained
   */
  follow?(layer: BlobSource, run: Run): ContentFollower | undefined;
  /**
   * The inventories of an image: one, or one for each platform of an index that is kept whole. None for
   * artifacts that are no container image.
   */
  catalogue(image: ResolvedImage, run: Run): Promise<readonly Inventory[]>;
  /**
   * The inventory of files that lie in no image.
   * @param name what the inventory calls them
   * @param tar the files, as one tar
   */
  catalogueFiles(name: string, tar: BlobSource, run: Run): Promise<Inventory>;
}
