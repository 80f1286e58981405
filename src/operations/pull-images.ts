import type { Digest } from '../oci/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ImageBlob, ResolvedImage } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import { forEachBounded } from './for-each-bounded.ts';

/** Blobs fetched at once. */
const concurrency = 6;

/**
 * Brings every blob of the images into the store, each once, those that are there already not at all.
 * @returns the same images, whose blobs open from the store
 * @throws OciError OCI_DIGEST_MISMATCH, OCI_SIZE_MISMATCH; errors of the sources and of the store
 */
export async function storeImages(images: readonly ResolvedImage[], blobs: BlobStore, run: Run): Promise<readonly ResolvedImage[]> {
  const wanted = new Map<Digest, ImageBlob>();
  for (const blob of images.flatMap((image) => image.blobs)) if (!wanted.has(blob.digest)) wanted.set(blob.digest, blob);
  const missing: ImageBlob[] = [];
  for (const blob of wanted.values()) if ((await blobs.find(blob.digest)) !== blob.size) missing.push(blob);
  const step = 'images';
  const totalBytes = missing.reduce((sum, { size }) => sum + size, 0);
  run.onProgress?.({ kind: 'step-started', step, title: `Fetch ${missing.length} of ${wanted.size} blobs`, totalBytes });
  let bytes = 0;
  const counted = async function* (blob: ImageBlob): AsyncGenerator<Uint8Array> {
    for await (const chunk of blob.open(run)) {
      yield chunk;
      bytes += chunk.length;
      run.onProgress?.({ kind: 'step-progress', step, bytes });
    }
  };
  try {
    await forEachBounded(missing, concurrency, run.signal, async (blob) => {
      await blobs.put(counted(blob), { digest: blob.digest, size: blob.size }, run);
    });
  } catch (error) {
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'failed' });
    throw error;
  }
  run.onProgress?.({ kind: 'step-finished', step, outcome: missing.length === 0 ? 'reused' : 'done' });
  return images.map((image) => ({
    ...image,
    blobs: image.blobs.map(({ digest, size, mediaType, role }) => ({ digest, size, mediaType, role, open: (reading: Run) => blobs.open(digest, reading) })),
  }));
}
