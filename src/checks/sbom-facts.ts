import type { PackagedSbom } from '../sbom/packaged-sbom.ts';

/** `sboms.tar` of a package. */
export interface SbomFacts {
  /** Sorted by path. */
  readonly documents: readonly PackagedSbom[];
  /** Paths of what is not one whole document. */
  readonly broken: readonly string[];
  /** Paths of documents that say more about their image than is kept. */
  readonly tooLarge: readonly string[];
  /** Why documents may be there that were not seen. */
  readonly fault: string | undefined;
}

/** Why a document that was not seen may still be there; undefined where all were seen. */
export function unseenDocuments({ fault, tooLarge, broken }: SbomFacts): string | undefined {
  if (fault !== undefined) return fault;
  if (tooLarge.length > 0)
    return `${tooLarge.length} documents say more about their image than is kept`;
  return broken.length > 0 ? `${broken.length} documents cannot be read` : undefined;
}
