import { OciError } from '../oci/oci-error.ts';
import type { BlobSource, BlobStore } from '../ports/blob-store.ts';
import { BlobStoreError } from '../ports/storage-error.ts';
import type { Run } from '../support/run.ts';
import { storeBlobs } from './store-blobs.ts';

/** Whether a content of the store turned out damaged, or went meanwhile. */
export function tellsOfDamage(error: unknown): boolean {
  if (error instanceof BlobStoreError) return error.code === 'BLOB_MISSING';
  return error instanceof OciError && error.code === 'OCI_DIGEST_MISMATCH';
}

/**
 * Reads contents of the store again, and has what is damaged anew from where it was taken.
 * @returns whether anything was damaged, and is whole now
 * @throws BlobStoreError BLOB_DAMAGED: it is damaged, and its source does not give it
 */
export async function renewDamaged(
  contents: readonly BlobSource[],
  store: BlobStore,
  run: Run,
): Promise<boolean> {
  const { fetched } = await storeBlobs(
    contents.flatMap(({ origin }) => origin ?? []),
    store,
    {
      name: 'damaged contents',
      title: (missing) => `Fetch ${missing} damaged contents anew`,
      readAgain: true,
      renews: true,
    },
    run,
  );
  return fetched.blobs > 0;
}
