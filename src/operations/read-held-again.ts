import type { Digest } from '../oci/digest.ts';
import { OciError } from '../oci/oci-error.ts';
import type { BlobSource, BlobStore } from '../ports/blob-store.ts';
import { BlobStoreError } from '../ports/storage-error.ts';
import type { Run } from '../support/run.ts';
import { forEachBounded } from './for-each-bounded.ts';

/** Contents read at once. */
const concurrency = 2;

/**
 * Hashes contents of the store again; what is damaged is not in it any more afterwards.
 * @param step that progress is told of
 * @returns digests of what was damaged, or went meanwhile
 */
export async function readHeldAgain(
  held: readonly Pick<BlobSource, 'digest' | 'size'>[],
  store: BlobStore,
  step: string,
  run: Run,
): Promise<ReadonlySet<Digest>> {
  const damaged = new Set<Digest>();
  if (held.length === 0) return damaged;
  const totalBytes = held.reduce((sum, { size }) => sum + size, 0);
  const title = `Read ${held.length} cached ${held.length === 1 ? 'content' : 'contents'} again`;
  run.onProgress?.({ kind: 'step-started', step, title, totalBytes });
  let bytes = 0;
  try {
    await forEachBounded(held, concurrency, run.signal, async ({ digest }) => {
      const fault = await faultOfHeld(digest, store, run, (count) => {
        bytes += count;
        run.onProgress?.({ kind: 'step-progress', step, bytes, totalBytes });
      });
      if (fault === undefined) return;
      damaged.add(digest);
      run.onProgress?.({ kind: 'note', message: fault.message });
    });
  } catch (error) {
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'failed' });
    throw error;
  }
  run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
  return damaged;
}

/**
 * What the cache has of an image that was just made is read, which removes what was damaged: it is taken over anew
 * then, in place of being left as it is.
 */
export async function dropDamaged(
  made: readonly Pick<BlobSource, 'digest'>[],
  store: BlobStore,
  run: Run,
): Promise<void> {
  for (const { digest } of made) {
    if ((await store.find(digest)) === undefined) continue;
    const fault = await faultOfHeld(digest, store, run);
    if (fault instanceof BlobStoreError) throw fault;
  }
}

/** Hashes a content of the store, which removes it where it is damaged. @returns what is wrong with it */
async function faultOfHeld(
  digest: Digest,
  store: BlobStore,
  run: Run,
  onBytes?: (count: number) => void,
): Promise<OciError | BlobStoreError | undefined> {
  try {
    for await (const chunk of store.open(digest, run)) {
      run.signal.throwIfAborted();
      onBytes?.(chunk.length);
    }
    return undefined;
  } catch (error) {
    if (error instanceof OciError || error instanceof BlobStoreError) return error;
    throw error;
  }
}
