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
      try {
        for await (const chunk of store.open(digest, run)) {
          run.signal.throwIfAborted();
          bytes += chunk.length;
          run.onProgress?.({ kind: 'step-progress', step, bytes, totalBytes });
        }
      } catch (error) {
        if (!(error instanceof OciError) && !(error instanceof BlobStoreError)) throw error;
        damaged.add(digest);
        run.onProgress?.({ kind: 'note', message: error.message });
      }
    });
  } catch (error) {
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'failed' });
    throw error;
  }
  run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
  return damaged;
}
