import type { ImageInventory } from '../sbom/inventory.ts';
import type { Run } from '../support/run.ts';
import type { ResolvedImage } from './image-source.ts';

/** What finds the packages of an image. */
export interface SbomGenerator {
  /** As documents name it, e.g. `cowa-release`. */
  readonly name: string;
  readonly version: string;
  /**
   * The inventories of an image: one, or one for each platform of an index that is kept whole. None for
   * artifacts that are no container image.
   */
  catalogue(image: ResolvedImage, run: Run): Promise<readonly ImageInventory[]>;
}
