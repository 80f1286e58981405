import { OciError } from '../oci/oci-error.ts';
import type { BlobSource, BlobStore, StoredBlob } from '../ports/blob-store.ts';
import type { Run } from '../support/run.ts';

/**
 * Takes content over into the store, compared with its digest. Where its source can begin in the middle, what a run
 * before left of it is gone on with.
 * @param through what passes by, from a byte on
 * @throws OciError OCI_DIGEST_MISMATCH, OCI_SIZE_MISMATCH, as its source calls them; errors of the source and of the store
 */
export async function takeBlob(
  blob: BlobSource,
  store: BlobStore,
  run: Run,
  through: (content: AsyncIterable<Uint8Array>, offset: number) => AsyncIterable<Uint8Array> = (
    content,
  ) => content,
): Promise<StoredBlob> {
  const { digest, size } = blob;
  // The store compares: nothing is hashed twice.
  const from = (offset: number): AsyncIterable<Uint8Array> => {
    const rest = offset === 0 ? undefined : blob.openAt?.(offset, run);
    return through(rest ?? blob.openUnchecked?.(run) ?? blob.open(run), offset);
  };
  try {
    return blob.openAt === undefined || store.putResumed === undefined
      ? await store.put(from(0), { digest, size }, run)
      : await store.putResumed(from, { digest, size }, run);
  } catch (error) {
    throw error instanceof OciError ? (blob.otherContent?.(error) ?? error) : error;
  }
}
