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
  const options = follow === undefined ? {} : { follow };
  return (await pullImages(images, blobs, run, options)).images;
}

/**
 * As `storeImages`, and says what had to be fetched.
 * @param options `readAgain`: what is in the store is hashed again, and fetched anew where it is damaged
 * @throws BlobStoreError BLOB_DAMAGED: nowhere to fetch it anew
 */
export async function pullImages(
  images: readonly ResolvedImage[],
  blobs: BlobStore,
  run: Run,
  options: Pick<StoreStep, 'follow' | 'readAgain'> = {},
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
      ...options,
    },
    run,
  );
  const local = images.map((image) => ({
    ...image,
    blobs: image.blobs.map((blob) => ({
      ...storedContent(blob, blobs, blob.origin ?? blob),
      mediaType: blob.mediaType,
      role: blob.role,
    })),
  }));
  return { images: local, stored };
}
