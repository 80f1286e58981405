import { Flags } from '@oclif/core';
import { UsageError } from '../errors/families.ts';
import { parseByteSize } from '../policy/byte-size.ts';

/** A limit of the cache that is none. */
export class CacheFlagError extends UsageError<
  'CACHE_AGE' | 'CACHE_SIZE' | 'CACHE_LOCK_UNREADABLE'
> {}

/** Flag of every command about the cache. */
export const cacheDirFlag = {
  'cache-dir': Flags.string({
    summary: 'Folder of the cache (default: COWA_CACHE_DIR, the cache folder of this user)',
    helpValue: '<folder>',
  }),
};

const hourMs = 3_600_000;
const units: Readonly<Record<string, number>> = { h: hourMs, d: 24 * hourMs };

/** Milliseconds of `30d` or `12h`. @throws CacheFlagError CACHE_AGE */
export function parseAge(text: string): number {
  const [, number, unit = ''] = /^([0-9]{1,5})([hd])$/.exec(text) ?? [];
  const factor = units[unit];
  if (number !== undefined && factor !== undefined) return Number(number) * factor;
  throw new CacheFlagError('CACHE_AGE', `'${text}' is no age`, {
    suggestions: ['Give it in days or hours: --max-age 30d, --max-age 12h'],
  });
}

/** Bytes of `10GB`. @throws CacheFlagError CACHE_SIZE */
export function parseCacheSize(text: string): number {
  const bytes = parseByteSize(text);
  if (bytes !== undefined && Number.isSafeInteger(bytes)) return bytes;
  throw new CacheFlagError('CACHE_SIZE', `'${text}' is no size of a cache`, {
    suggestions: ['Give it as --max-size 10GB or --max-size 500MiB'],
  });
}
