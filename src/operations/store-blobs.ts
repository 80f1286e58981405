import type { ChunkSource } from '../archive/chunk-source.ts';
import type { Digest } from '../oci/digest.ts';
import { OciError } from '../oci/oci-error.ts';
import type { BlobSource, BlobStore } from '../ports/blob-store.ts';
import type { ContentFollower } from '../ports/sbom-generator.ts';
import type { Run } from '../support/run.ts';
import { forEachBounded } from './for-each-bounded.ts';

/** Told of at once. */
const progressBytes = 2 ** 20;
/** Contents fetched at once. */
const concurrency = 6;

/** What of the wanted content was there, and what had to be fetched. */
export interface StoredBlobs {
  /** Contents wanted, each digest once. */
  readonly total: { readonly blobs: number; readonly bytes: number };
  /** Of them, those that were not in the store, and are now. */
  readonly fetched: { readonly blobs: number; readonly bytes: number };
  /** Those that are nowhere, where that was allowed; sorted. */
  readonly absent: readonly Digest[];
}

/** A step of progress, and what it may go without. */
export interface StoreStep {
  readonly name: string;
  readonly title: (missing: number, of: number) => string;
  /** Whether a content may stay away, when fetching it ended so. */
  readonly mayLack?: (blob: BlobSource, error: unknown) => boolean;
  /** Who follows a content that has to be fetched. */
  readonly follow?: (blob: BlobSource) => ContentFollower | undefined;
}

/**
 * Brings content into the store, each digest once, what is there already not at all. One step of
 * progress tells of it.
 * @throws OciError OCI_DIGEST_MISMATCH, OCI_SIZE_MISMATCH; errors of the sources and of the store
 */
export async function storeBlobs(
  sources: readonly BlobSource[],
  store: BlobStore,
  step: StoreStep,
  run: Run,
): Promise<StoredBlobs> {
  const wanted = new Map<Digest, BlobSource>();
  for (const blob of sources) if (!wanted.has(blob.digest)) wanted.set(blob.digest, blob);
  const missing: BlobSource[] = [];
  for (const blob of wanted.values())
    if ((await store.find(blob.digest)) !== blob.size) missing.push(blob);
  const hits = wanted.size - missing.length;
  if (hits > 0) run.onProgress?.({ kind: 'counted', what: 'cacheHits', by: hits });
  if (missing.length > 0)
    run.onProgress?.({ kind: 'counted', what: 'cacheMisses', by: missing.length });
  const totalBytes = bytesOf(missing);
  const title = step.title(missing.length, wanted.size);
  run.onProgress?.({ kind: 'step-started', step: step.name, title, totalBytes });
  let bytes = 0;
  let told = 0;
  const counted = async function* (
    blob: BlobSource,
    began: (follower: ContentFollower) => void,
  ): AsyncGenerator<Uint8Array> {
    const source: ChunkSource = blob.openUnchecked?.(run) ?? blob.open(run);
    // Not before it is really fetched: another one may bring it meanwhile.
    const follower = step.follow?.(blob);
    if (follower !== undefined) began(follower);
    for await (const chunk of source) {
      let holders = follower === undefined ? 1 : 2;
      const release = (): void => {
        holders -= 1;
        if (holders === 0) source.recycle?.(chunk);
      };
      await follower?.offer(chunk, release);
      yield chunk;
      release();
      bytes += chunk.length;
      if (bytes - told < progressBytes && bytes < totalBytes) continue;
      told = bytes;
      run.onProgress?.({ kind: 'step-progress', step: step.name, bytes, totalBytes });
    }
  };
  const absent: Digest[] = [];
  try {
    await forEachBounded(missing, concurrency, run.signal, async (blob) => {
      let follower: ContentFollower | undefined;
      const content = counted(blob, (began) => {
        follower = began;
      });
      try {
        // The store compares: nothing is hashed twice.
        await store.put(content, { digest: blob.digest, size: blob.size }, run);
        follower?.end();
      } catch (error) {
        follower?.fail(error);
        if (error instanceof OciError) throw blob.otherContent?.(error) ?? error;
        if (step.mayLack?.(blob, error) !== true) throw error;
        absent.push(blob.digest);
      }
    });
  } catch (error) {
    run.onProgress?.({ kind: 'step-finished', step: step.name, outcome: 'failed' });
    throw error;
  }
  const outcome = missing.length === 0 ? 'reused' : 'done';
  run.onProgress?.({ kind: 'step-finished', step: step.name, outcome });
  return {
    total: { blobs: wanted.size, bytes: bytesOf([...wanted.values()]) },
    fetched: {
      blobs: missing.length - absent.length,
      bytes: bytesOf(missing.filter(({ digest }) => !absent.includes(digest))),
    },
    absent: absent.sort(),
  };
}

function bytesOf(blobs: readonly BlobSource[]): number {
  return blobs.reduce((sum, { size }) => sum + size, 0);
}
