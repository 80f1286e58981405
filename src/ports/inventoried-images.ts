import type { Descriptor } from '../oci/descriptor.ts';
import { isIndexType, parseIndex } from '../oci/image-index.ts';
import { isRunnable } from '../oci/is-runnable.ts';
import { parseManifest } from '../oci/manifest.ts';
import { inventoriedImage } from '../sbom/catalogue-image.ts';
import type { InventoriedImage } from '../sbom/inventory.ts';
import { SbomError } from '../sbom/sbom-error.ts';
import type { Run } from '../support/run.ts';
import type { ImageBlob, ResolvedImage } from './image-source.ts';

/**
 * The container images behind a reference: one, or one for each platform of an index that is kept whole.
 * None for other artifacts.
 * @throws SbomError SBOM_IMAGE_INVALID; OciError OCI_DOCUMENT_INVALID
 */
export async function inventoriedImages(
  image: ResolvedImage,
  run: Run,
): Promise<readonly InventoriedImage[]> {
  const found: InventoriedImage[] = [];
  for (const manifest of await manifestsOf(image, run)) {
    const bytes = await whole(image, manifest, run);
    const { config, layers } = parseManifest(bytes, manifest.mediaType, image.normalized);
    if (!isRunnable({ config, layers })) continue;
    const configBytes = await whole(image, config, run);
    found.push(inventoriedImage(image.normalized, manifest, bytes, configBytes));
  }
  return found;
}

/** @throws SbomError SBOM_IMAGE_INVALID where the image does not have it */
export function imageBlob(image: ResolvedImage, { digest }: Descriptor): ImageBlob {
  const blob = image.blobs.find((each) => each.digest === digest);
  if (blob === undefined)
    throw new SbomError('SBOM_IMAGE_INVALID', `${image.normalized} has no blob ${digest}`);
  return blob;
}

async function manifestsOf(image: ResolvedImage, run: Run): Promise<readonly Descriptor[]> {
  const { root, blobs } = image;
  if (!isIndexType(root.mediaType)) return [root];
  const bytes = await whole(image, root, run);
  const { manifests } = parseIndex(bytes, root.mediaType, image.normalized);
  // Attestations lie in an index as manifests for no platform.
  return manifests.filter(
    ({ digest, platform }) =>
      blobs.some((blob) => blob.digest === digest) && platform?.os !== 'unknown',
  );
}

async function whole(image: ResolvedImage, descriptor: Descriptor, run: Run): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(imageBlob(image, descriptor).open(run)));
}
