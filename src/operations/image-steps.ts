import type { LockedFlavor } from '../config/lock.ts';
import { InternalError } from '../errors/families.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import { runWithin } from '../support/run.ts';
import type { AssemblePorts } from './assemble-ports.ts';
import type { ReleasePlan } from './plan-release.ts';
import { storeImages } from './pull-images.ts';
import { resolveImages } from './resolve-images.ts';
import { releasePlatform } from './resolve-release-images.ts';
import type { GraphStep } from './run-graph.ts';
import { imageSboms, type SbomDocuments, type SbomPorts } from './sbom-documents.ts';

/** What steps about images share; they leave what they found in its maps. */
export interface ImageWork {
  readonly plan: ReleasePlan;
  readonly imageSources: AssemblePorts['imageSources'];
  readonly blobs: BlobStore;
  readonly lock: LockedFlavor | undefined;
  /** By reference. */
  readonly images: Map<string, ResolvedImage>;
  /** By reference. */
  readonly imageSboms: Map<string, readonly SbomDocuments[]>;
}

/** Finds an image and takes its blobs into the store. */
export function imageStep(reference: string, work: ImageWork): GraphStep {
  const step = `image ${reference}`;
  return {
    id: step,
    title: reference,
    needs: [],
    work: async (run) => {
      const options = work.lock === undefined ? {} : { lock: work.lock };
      const resolved = await resolveImages(
        [reference],
        work.imageSources,
        releasePlatform(work.plan),
        options,
        run,
      );
      const images = [...resolved.values()];
      const missing = await missingBlobs(images, work.blobs);
      const [stored] = await storeImages(images, work.blobs, runWithin(run, step));
      if (stored === undefined) throw new InternalError(`no image for ${reference}`);
      work.images.set(reference, stored);
      return missing === 0 ? 'reused' : 'done';
    },
  };
}

/** Lists what is in an image that was stored. */
export function sbomStep(reference: string, sboms: SbomPorts, work: ImageWork): GraphStep {
  const step = `sbom ${reference}`;
  return {
    id: step,
    title: `what is in ${reference}`,
    needs: [`image ${reference}`],
    work: async (run) => {
      const image = work.images.get(reference);
      if (image === undefined) throw new InternalError(`no image for ${reference}`);
      const { timestamp } = work.plan;
      let made = false;
      const noted: SbomPorts = { ...sboms, made: () => (made = true) };
      const found = await imageSboms(image, timestamp, noted, runWithin(run, step));
      work.imageSboms.set(reference, found);
      return made ? 'done' : 'reused';
    },
  };
}

async function missingBlobs(images: readonly ResolvedImage[], blobs: BlobStore): Promise<number> {
  let missing = 0;
  for (const { digest, size } of images.flatMap((image) => image.blobs))
    if ((await blobs.find(digest)) !== size) missing += 1;
  return missing;
}
