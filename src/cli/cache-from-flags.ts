import { readFile, stat } from 'node:fs/promises';
import { parseLock } from '../config/parse-lock.ts';
import { describeProblems } from '../operations/describe-problems.ts';
import { lockedContent } from '../operations/locked-content.ts';
import { type PrunedCache, pruneCache } from '../operations/prune-cache.ts';
import { type VerifiedCache, verifyCache } from '../operations/verify-cache.ts';
import type { CacheEntry, CacheKeeper } from '../ports/cache-keeper.ts';
import type { Run } from '../support/run.ts';
import { CacheFlagError, parseAge, parseCacheSize } from './cache-flags.ts';
import { openCacheKeeper } from './wire-cache.ts';

const maxLockBytes = 32 * 2 ** 20;

/** What `cache prune` was asked for, as the flags say it. */
export interface PruneFlags {
  readonly cacheDir: string | undefined;
  readonly maxAge: string;
  readonly maxSize: string;
  readonly keepLocked: readonly string[];
  readonly dryRun: boolean;
}

/** Every entry of the cache. */
export async function cacheShow(
  cacheDir: string | undefined,
  run: Run,
): Promise<{ readonly folder: string; readonly entries: readonly CacheEntry[] }> {
  const { folder, keeper } = await openCacheKeeper(cacheDir);
  return { folder, entries: await keeper.list(run) };
}

/** @throws CacheFlagError CACHE_AGE, CACHE_SIZE, CACHE_LOCK_UNREADABLE */
export async function cachePrune(
  flags: PruneFlags,
  run: Run,
): Promise<PrunedCache & { readonly folder: string }> {
  const limits = { maxAgeMs: parseAge(flags.maxAge), maxBytes: parseCacheSize(flags.maxSize) };
  // Before anything is removed: a lock that cannot be read keeps nothing.
  const locks = await Promise.all(flags.keepLocked.map(readLock));
  const { folder, keeper } = await openCacheKeeper(flags.cacheDir);
  const pruned = await pruneCache(
    { ...limits, nowMs: Date.now(), dryRun: flags.dryRun },
    (entries) => lockedByAll(locks, entries, keeper),
    keeper,
    run,
  );
  return { ...pruned, folder };
}

/** Hashes every entry again. */
export async function cacheVerify(
  flags: { readonly cacheDir: string | undefined; readonly remove: boolean },
  run: Run,
): Promise<VerifiedCache & { readonly folder: string }> {
  const { folder, keeper } = await openCacheKeeper(flags.cacheDir);
  return { ...(await verifyCache(flags, keeper, run)), folder };
}

type Lock = NonNullable<ReturnType<typeof parseLock>['lock']>;

async function lockedByAll(
  locks: readonly Lock[],
  entries: readonly CacheEntry[],
  keeper: CacheKeeper,
): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  for (const lock of locks)
    for (const path of await lockedContent(lock, entries, keeper)) kept.add(path);
  return kept;
}

async function readLock(path: string): Promise<Lock> {
  const unreadable = (why: string, cause?: unknown): CacheFlagError =>
    new CacheFlagError('CACHE_LOCK_UNREADABLE', `nothing is pruned: ${why}`, {
      ...(cause === undefined ? {} : { cause }),
      suggestions: ['Name the lock file: --keep-locked cowa-release.lock.json'],
    });
  try {
    if ((await stat(path)).size > maxLockBytes) throw new Error('it is too large for a lock');
    const { lock, problems } = parseLock(await readFile(path));
    if (lock !== undefined) return lock;
    throw unreadable(describeProblems(path, problems));
  } catch (error) {
    if (error instanceof CacheFlagError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw unreadable(`${path} cannot be read: ${why}`, error);
  }
}
