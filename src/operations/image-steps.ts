import type { LockedFlavor } from '../config/lock.ts';
import { InternalError } from '../errors/families.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { SbomGenerator } from '../ports/sbom-generator.ts';
import { type Run, runWithin } from '../support/run.ts';
import type { AssemblePorts } from './assemble-ports.ts';
import type { ReleasePlan } from './plan-release.ts';
import { storeImages } from './pull-images.ts';
import { renewDamaged, tellsOfDamage } from './renew-damaged.ts';
import { resolveImages } from './resolve-images.ts';
import { releasePlatform } from './resolve-release-images.ts';
import type { GraphStep } from './run-graph.ts';
import { imageSboms, type SbomDocuments, type SbomPorts } from './sbom-documents.ts';
import type { StoreStep } from './store-blobs.ts';

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

/** Finds an image and takes its blobs into the store; what is fetched for it is listed in passing. */
export function imageStep(
  reference: string,
  sboms: SbomPorts | undefined,
  work: ImageWork,
): GraphStep {
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
      const inner = runWithin(run, step);
      const [stored] = await storeImages(
        images,
        work.blobs,
        inner,
        followLayers(images, sboms, run),
      );
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
      const inner = runWithin(run, step);
      const list = (): ReturnType<typeof imageSboms> => imageSboms(image, timestamp, noted, inner);
      const found = await list().catch(async (error: unknown) => {
        if (!tellsOfDamage(error) || !(await renewDamaged(image.blobs, work.blobs, inner)))
          throw error;
        return list();
      });
      work.imageSboms.set(reference, found);
      return made ? 'done' : 'reused';
    },
  };
}

/** Only what is certainly a layer: an artifact may hold anything. */
function followLayers(
  images: readonly ResolvedImage[],
  sboms: SbomPorts | undefined,
  run: Run,
): StoreStep['follow'] {
  if (sboms === undefined) return undefined;
  const layers = new Map<Digest, SbomGenerator>();
  for (const image of images) {
    const generator = sboms.generator.forImage?.(image) ?? sboms.generator;
    for (const { digest, mediaType } of image.blobs)
      if (layerTypes.includes(mediaType)) layers.set(digest, generator);
  }
  return (blob) => layers.get(blob.digest)?.follow?.(blob, run);
}

const layerTypes: readonly string[] = [
  mediaTypes.ociLayerTar,
  mediaTypes.ociLayerGzip,
  mediaTypes.ociLayerZstd,
  mediaTypes.dockerLayerGzip,
];

async function missingBlobs(images: readonly ResolvedImage[], blobs: BlobStore): Promise<number> {
  let missing = 0;
  for (const { digest, size } of images.flatMap((image) => image.blobs))
    if ((await blobs.find(digest)) !== size) missing += 1;
  return missing;
}
