import { OciError } from '../oci/oci-error.ts';
import type { BlobStore, StoredBlob } from '../ports/blob-store.ts';
import type { Run } from '../support/run.ts';

/**
 * What the cache has of an image that was just made is read, which removes what was damaged: it is taken over anew
 * then, in place of being left as it is.
 */
export async function dropDamaged(
  made: readonly StoredBlob[],
  blobs: BlobStore,
  run: Run,
): Promise<void> {
  for (const { digest } of made) {
    if ((await blobs.find(digest)) === undefined) continue;
    try {
      for await (const _chunk of blobs.open(digest, run)) run.signal.throwIfAborted();
    } catch (error) {
      if (!(error instanceof OciError)) throw error;
    }
  }
}
