import type { CacheEntry, CacheKeeper, CacheKind } from '../ports/cache-keeper.ts';
import type { Run } from '../support/run.ts';

/** Nothing that was used within this time is pruned, whatever the limits say. */
export const restMs = 3_600_000;

/** What a cache may hold. */
export interface CacheLimits {
  /** What was not used for longer goes. */
  readonly maxAgeMs: number;
  /** Beyond so many bytes what was not used longest goes. */
  readonly maxBytes: number;
}

/** Why an entry goes. */
export type PruneReason = 'age' | 'size' | 'leftover';

export interface PrunedEntry {
  readonly path: string;
  readonly kind: CacheKind;
  readonly size: number;
  readonly reason: PruneReason;
}

/** What was pruned, and what stays. Sizes are bytes. */
export interface PrunedCache {
  /** Sorted by path; with `dryRun` what would go. */
  readonly removed: readonly PrunedEntry[];
  readonly removedBytes: number;
  readonly keptEntries: number;
  readonly keptBytes: number;
  /** Of what is kept, what the lock named. */
  readonly locked: { readonly entries: number; readonly bytes: number };
  /** Other runs that took content out meanwhile: fetched content was left alone for them. */
  readonly runs: number;
}

const prunable: ReadonlySet<CacheKind> = new Set([
  'blobs',
  'frames',
  'records',
  'builds',
  'signatures',
  'leftovers',
]);

/**
 * Decides what goes: first what is too old, then, while there are too many bytes, what was not used longest.
 * Nothing that was used within the last hour, nothing of `keep`, nothing this program did not put there.
 */
export function decidePrune(
  entries: readonly CacheEntry[],
  limits: CacheLimits,
  nowMs: number,
  keep: (entry: CacheEntry) => boolean,
): readonly (CacheEntry & { readonly reason: PruneReason })[] {
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  const oldestFirst = entries
    .filter((entry) => prunable.has(entry.kind) && nowMs - entry.usedMs >= restMs && !keep(entry))
    .sort((a, b) => a.usedMs - b.usedMs || (a.path < b.path ? -1 : 1));
  const leftovers = oldestFirst.filter(({ kind }) => kind === 'leftovers');
  for (const { size } of leftovers) total -= size;
  const gone: (CacheEntry & { readonly reason: PruneReason })[] = leftovers.map((entry) => ({
    ...entry,
    reason: 'leftover',
  }));
  for (const entry of oldestFirst) {
    if (entry.kind === 'leftovers') continue;
    const isOld = nowMs - entry.usedMs > limits.maxAgeMs;
    if (!isOld && total <= limits.maxBytes) break;
    total -= entry.size;
    gone.push({ ...entry, reason: isOld ? 'age' : 'size' });
  }
  return gone.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Prunes the caches. While other runs take content out of them, blobs and what tells of builds stay: such a run
 * counts on what it found. Frames and the like may go at any time: they are made anew.
 * @param locked paths of entries that a lock needs
 */
export async function pruneCache(
  request: CacheLimits & { readonly nowMs: number; readonly dryRun: boolean },
  locked: (entries: readonly CacheEntry[]) => Promise<ReadonlySet<string>>,
  keeper: CacheKeeper,
  run: Run,
): Promise<PrunedCache> {
  await using hold = request.dryRun ? undefined : await keeper.holdRuns();
  const runs = hold?.runs ?? 0;
  const entries = await keeper.list(run);
  const named = await locked(entries);
  const keep = ({ kind, path }: CacheEntry): boolean =>
    named.has(path) || (runs > 0 && (kind === 'blobs' || kind === 'builds'));
  const removed: PrunedEntry[] = [];
  for (const { path, kind, size, reason, usedMs, key } of decidePrune(
    entries,
    request,
    request.nowMs,
    keep,
  )) {
    run.signal.throwIfAborted();
    if (request.dryRun || (await keeper.remove({ path, kind, size, usedMs, key })))
      removed.push({ path, kind, size, reason });
  }
  const gone = new Set(removed.map(({ path }) => path));
  const kept = entries.filter(({ path }) => !gone.has(path));
  const lockedHere = kept.filter(({ path }) => named.has(path));
  return {
    removed,
    removedBytes: bytesOf(removed),
    keptEntries: kept.length,
    keptBytes: bytesOf(kept),
    locked: { entries: lockedHere.length, bytes: bytesOf(lockedHere) },
    runs,
  };
}

function bytesOf(entries: readonly { readonly size: number }[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}
