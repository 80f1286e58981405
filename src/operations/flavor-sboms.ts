import type { BlobSource, BlobStore } from '../ports/blob-store.ts';
import { ownToolName } from '../sbom/parse-syft.ts';
import type { Run } from '../support/run.ts';
import { type BomArchive, releaseBoms } from './release-boms.ts';
import { sbomFiles } from './sbom-documents.ts';

export interface FlavorSbomsRequest {
  readonly packages: readonly BomArchive[];
  readonly bundle?: BomArchive;
  /** Time of the release. */
  readonly created: Date;
  readonly programVersion: string;
}

/**
 * SBOMs beside the archives of a flavor, by file name: of images and components, and of whole archives.
 * @throws ReleaseUsageError RELEASE_NAME_CLASH
 */
export async function flavorSboms(
  { packages, bundle, created, programVersion }: FlavorSbomsRequest,
  blobs: BlobStore,
  run: Run,
): Promise<ReadonlyMap<string, BlobSource>> {
  const made = packages.flatMap((each) => each.packages.flatMap(({ sboms }) => sboms ?? []));
  const archives = bundle === undefined ? packages : [...packages, bundle];
  const tool = { name: ownToolName, version: programVersion };
  const whole = await releaseBoms(archives, created, tool, blobs, run);
  return new Map(
    [...sbomFiles(made, blobs), ...whole].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}
