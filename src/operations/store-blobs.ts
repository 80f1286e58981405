import type { ChunkSource } from '../archive/chunk-source.ts';
import { CowaError } from '../errors/families.ts';
import type { Digest } from '../oci/digest.ts';
import type { BlobSource, BlobStore } from '../ports/blob-store.ts';
import type { ContentFollower } from '../ports/sbom-generator.ts';
import { BlobStoreError } from '../ports/storage-error.ts';
import { formatSize } from '../support/format-size.ts';
import type { Run } from '../support/run.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { readHeldAgain } from './read-held-again.ts';
import { takeBlob } from './take-blob.ts';

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
  /** Whether what is there already is hashed again: it is fetched anew where it is damaged. */
  readonly readAgain?: boolean;
  /** Whether what is missing was there before, damaged. */
  readonly renews?: boolean;
}

/**
 * Brings content into the store, each digest once, what is there already not at all. One step of
 * progress tells of it.
 * @throws OciError OCI_DIGEST_MISMATCH, OCI_SIZE_MISMATCH; errors of the sources and of the store
 * @throws BlobStoreError BLOB_DAMAGED: what was read again was damaged, and its source does not give it
 */
export async function storeBlobs(
  sources: readonly BlobSource[],
  store: BlobStore,
  step: StoreStep,
  run: Run,
): Promise<StoredBlobs> {
  const wanted = new Map<Digest, BlobSource>();
  for (const blob of sources) if (!wanted.has(blob.digest)) wanted.set(blob.digest, blob);
  const held: BlobSource[] = [];
  for (const blob of wanted.values())
    if ((await store.find(blob.digest)) === blob.size) held.push(blob);
  const again = step.readAgain === true ? held : [];
  const damaged = await readHeldAgain(again, store, `${step.name} read again`, run);
  const kept = new Set(held.filter(({ digest }) => !damaged.has(digest)));
  const missing = [...wanted.values()].filter((blob) => !kept.has(blob));
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
    source: ChunkSource,
    // Not before it is really fetched: another one may bring it meanwhile.
    began: () => ContentFollower | undefined,
  ): AsyncGenerator<Uint8Array> {
    const follower = began();
    for await (const chunk of source) {
      // Given back, it has none.
      const { length } = chunk;
      let holders = follower === undefined ? 1 : 2;
      const release = (): void => {
        holders -= 1;
        if (holders === 0) source.recycle?.(chunk);
      };
      await follower?.offer(chunk, release);
      yield chunk;
      release();
      bytes += length;
      if (bytes - told < progressBytes && bytes < totalBytes) continue;
      told = bytes;
      run.onProgress?.({ kind: 'step-progress', step: step.name, bytes, totalBytes });
    }
  };
  const absent: Digest[] = [];
  try {
    await forEachBounded(missing, concurrency, run.signal, async (blob) => {
      let follower: ContentFollower | undefined;
      let heldBytes = 0;
      const through = (content: AsyncIterable<Uint8Array>, offset: number): typeof content =>
        counted(content, () => {
          bytes += offset - heldBytes;
          heldBytes = offset;
          if (offset > 0) tellResumed(blob, offset, run);
          // Who follows has to see it from its beginning.
          else follower = step.follow?.(blob);
          return follower;
        });
      try {
        await takeBlob(blob, store, run, through);
        follower?.end();
      } catch (error) {
        follower?.fail(error);
        run.signal.throwIfAborted();
        if (step.renews === true || damaged.has(blob.digest)) throw lost(blob, error);
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

function tellResumed({ digest, size }: BlobSource, offset: number, run: Run): void {
  const message = `${digest}: goes on behind the ${formatSize(offset)} of ${formatSize(size)} that a run before left`;
  run.onProgress?.({ kind: 'note', message });
}

function lost({ digest }: BlobSource, error: unknown): BlobStoreError {
  const message = error instanceof Error ? error.message : String(error);
  return new BlobStoreError(
    'BLOB_DAMAGED',
    `the cached ${digest} was damaged and is removed, and it cannot be had anew: ${message}`,
    {
      cause: error,
      suggestions: [
        ...(error instanceof CowaError ? error.suggestions : []),
        'Without a way to its source: bring the folder of a cache that has it whole, filled by cowa-release images pull --cache-dir <folder>',
      ],
    },
  );
}

function bytesOf(blobs: readonly BlobSource[]): number {
  return blobs.reduce((sum, { size }) => sum + size, 0);
}
