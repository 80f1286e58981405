import type { CacheEntry, CacheKeeper, CacheKind } from '../ports/cache-keeper.ts';
import type { Run } from '../support/run.ts';
import { forEachBounded } from './for-each-bounded.ts';

/** What reading the whole cache again said. */
export interface VerifiedCache {
  /** Entries whose bytes are what they were kept as. */
  readonly sound: number;
  /** Bytes read. */
  readonly bytes: number;
  /** Sorted by path; `removed` by this run. */
  readonly damaged: readonly {
    readonly path: string;
    readonly kind: CacheKind;
    readonly size: number;
    readonly removed: boolean;
  }[];
  /** Kept without a hash: whoever reads them judges what they say. */
  readonly unhashed: number;
}

const concurrency = 2;

/** Hashes every entry again. Entries that go meanwhile are nobody's fault and not told. */
export async function verifyCache(
  options: { readonly remove: boolean },
  keeper: CacheKeeper,
  run: Run,
): Promise<VerifiedCache> {
  const entries = await keeper.list(run);
  const totalBytes = entries.reduce((sum, { size }) => sum + size, 0);
  const step = 'cache';
  run.onProgress?.({ kind: 'step-started', step, title: 'Hash every entry', totalBytes });
  const damaged: CacheEntry[] = [];
  let [sound, unhashed, bytes, done] = [0, 0, 0, 0];
  await forEachBounded(entries, concurrency, run.signal, async (entry) => {
    const health = await keeper.check(entry, run);
    done += entry.size;
    run.onProgress?.({ kind: 'step-progress', step, bytes: done, totalBytes });
    if (health === 'unhashed') unhashed += 1;
    if (health === 'sound') sound += 1;
    if (health === 'sound' || health === 'damaged') bytes += entry.size;
    if (health === 'damaged') damaged.push(entry);
  });
  const told: VerifiedCache['damaged'][number][] = [];
  for (const entry of damaged.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const { path, kind, size } = entry;
    const removed = options.remove && (await keeper.remove(entry));
    told.push({ path, kind, size, removed });
  }
  const outcome = damaged.length > 0 ? 'failed' : 'done';
  run.onProgress?.({ kind: 'step-finished', step, outcome });
  return { sound, bytes, damaged: told, unhashed };
}
