import { type BlobStore, storedContent } from '../ports/blob-store.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import { type StoredBlobs, type StoreStep, storeBlobs } from './store-blobs.ts';

/**
 * Brings every blob of the images into the store, each once, those that are there already not at all.
 * @param follow who follows a content that has to be fetched
 * @returns the same images, whose blobs open from the store
 * @throws OciError OCI_DIGEST_MISMATCH, OCI_SIZE_MISMATCH; errors of the sources and of the store
 */
export async function storeImages(
  images: readonly ResolvedImage[],
  blobs: BlobStore,
  run: Run,
  follow?: StoreStep['follow'],
): Promise<readonly ResolvedImage[]> {
  return (await pullImages(images, blobs, run, follow)).images;
}

/** As `storeImages`, and says what had to be fetched. */
export async function pullImages(
  images: readonly ResolvedImage[],
  blobs: BlobStore,
  run: Run,
  follow?: StoreStep['follow'],
): Promise<{
  readonly images: readonly ResolvedImage[];
  readonly stored: Omit<StoredBlobs, 'absent'>;
}> {
  // Nothing may stay away here, so nothing is told to be absent.
  const { absent: _none, ...stored } = await storeBlobs(
    images.flatMap((image) => image.blobs),
    blobs,
    {
      name: 'images',
      title: (missing, of) => `Fetch ${missing} of ${of} blobs`,
      ...(follow === undefined ? {} : { follow }),
    },
    run,
  );
  const local = images.map((image) => ({
    ...image,
    blobs: image.blobs.map(({ digest, size, mediaType, role }) => ({
      ...storedContent({ digest, size }, blobs),
      mediaType,
      role,
    })),
  }));
  return { images: local, stored };
}
