import type { PrunedCache } from '../operations/prune-cache.ts';
import type { VerifiedCache } from '../operations/verify-cache.ts';
import type { CacheEntry, CacheKind } from '../ports/cache-keeper.ts';
import { formatSize } from '../support/format-size.ts';

/** What `cache show --output json` prints. */
export interface CacheShowResult {
  readonly schema: 'cowa-release/cache-show/v1';
  readonly cache: string;
  readonly kinds: readonly {
    readonly kind: CacheKind;
    readonly entries: number;
    readonly bytes: number;
    /** When the entry that rested longest was used, ISO 8601. */
    readonly oldest: string;
  }[];
  readonly total: { readonly entries: number; readonly bytes: number };
}

/** What `cache prune --output json` prints. */
export interface CachePruneResult extends PrunedCache {
  readonly schema: 'cowa-release/cache-prune/v1';
  readonly cache: string;
  /** Nothing was removed; `removed` is what would be. */
  readonly dryRun: boolean;
}

/** What `cache verify --output json` prints. */
export interface CacheVerifyResult extends VerifiedCache {
  readonly schema: 'cowa-release/cache-verify/v1';
  readonly cache: string;
}

const words: Readonly<Record<CacheKind, string>> = {
  blobs: 'content by digest: layers, manifests, charts, packages',
  frames: 'compressed content, ready to be written',
  records: 'what was found out about content: surveys, SBOMs',
  builds: 'which image was built of which inputs',
  signatures: 'signatures, for content that is signed again',
  engines: 'builds that run now',
  leftovers: 'halves that killed runs left',
  other: 'records of runs, what is not of this program, or being written now; never pruned',
};
const mostNames = 20;

/** Entries summed up by kind, in fixed order; kinds without entries are left out. */
export function toShowResult(cache: string, entries: readonly CacheEntry[]): CacheShowResult {
  const kinds = allKinds.flatMap((kind) => {
    const own = entries.filter((entry) => entry.kind === kind);
    if (own.length === 0) return [];
    const oldestMs = own.reduce((least, { usedMs }) => Math.min(least, usedMs), Infinity);
    return [
      {
        kind,
        entries: own.length,
        bytes: bytesOf(own),
        oldest: new Date(Math.floor(oldestMs)).toISOString(),
      },
    ];
  });
  const total = { entries: entries.length, bytes: bytesOf(entries) };
  return { schema: 'cowa-release/cache-show/v1', cache, kinds, total };
}

/** A line per kind. */
export function renderCacheShow({ cache, kinds, total }: CacheShowResult): string {
  return [
    `${formatSize(total.bytes)} in ${count(total.entries)}  ${cache}`,
    ...kinds.map(
      ({ kind, entries, bytes, oldest }) =>
        `  ${kind.padEnd(10)}  ${formatSize(bytes).padStart(9)}  ${count(entries)}, the oldest used ${oldest.slice(0, 10)}\n    ${words[kind]}`,
    ),
  ].join('\n');
}

/** What went, why, and what was left alone. */
export function renderCachePrune(result: CachePruneResult): string {
  const { removed, removedBytes, keptBytes, keptEntries, locked, runs, dryRun, cache } = result;
  const of = (reason: string): string => {
    const own = removed.filter((entry) => entry.reason === reason);
    return `${count(own.length)} (${formatSize(bytesOf(own))})`;
  };
  const named = dryRun ? removed.slice(0, mostNames) : [];
  const more = dryRun && removed.length > mostNames ? removed.length - mostNames : 0;
  return [
    `${dryRun ? 'would remove' : 'removed'} ${formatSize(removedBytes)}: by age ${of('age')}, by size ${of('size')}, left by killed runs ${of('leftover')}`,
    ...named.map(({ path, size, reason }) => `  ${path}  ${formatSize(size)}  ${reason}`),
    ...(more === 0 ? [] : [`  and ${more} more; --output json names all`]),
    `${dryRun ? 'would keep' : 'kept'} ${formatSize(keptBytes)} in ${count(keptEntries)}`,
    ...(locked.entries === 0
      ? []
      : [`  of them the lock names ${formatSize(locked.bytes)} in ${count(locked.entries)}`]),
    ...(runs === 0
      ? []
      : [
          `  ${runs} other run${runs === 1 ? '' : 's'} of this program use${runs === 1 ? 's' : ''} the cache: blobs and builds were left alone`,
          'next: prune again when they have ended',
        ]),
    `cache  ${cache}`,
  ].join('\n');
}

/** Every damaged entry by name. */
export function renderCacheVerify(result: CacheVerifyResult): string {
  const { sound, bytes, damaged, unhashed, cache } = result;
  const stays = damaged.some(({ removed }) => !removed);
  return [
    damaged.length === 0
      ? `SOUND  ${count(sound)}, ${formatSize(bytes)}, are what they were kept as`
      : `DAMAGED  ${count(damaged.length)} of ${sound + damaged.length}`,
    ...damaged.map(
      ({ path, size, removed }) => `  ${path}  ${formatSize(size)}${removed ? '  removed' : ''}`,
    ),
    `  ${count(unhashed)} kept without a hash: what they say is compared where it is used`,
    ...(stays ? ['next: cowa-release cache verify --remove; they are made or fetched anew'] : []),
    `cache  ${cache}`,
  ].join('\n');
}

const allKinds: readonly CacheKind[] = [
  'blobs',
  'frames',
  'records',
  'builds',
  'signatures',
  'engines',
  'leftovers',
  'other',
];

function bytesOf(entries: readonly { readonly size: number }[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}

function count(number: number): string {
  return `${number} ${number === 1 ? 'entry' : 'entries'}`;
}
