import type { Run } from '../support/run.ts';

/** What an entry of the cache is. `leftovers` are halves that killed runs left, `other` is nothing of ours. */
export type CacheKind =
  | 'blobs'
  | 'frames'
  | 'records'
  | 'builds'
  | 'signatures'
  | 'engines'
  | 'leftovers'
  | 'other';

/** One file of the cache, or the folder a build works in. */
export interface CacheEntry {
  readonly kind: CacheKind;
  /** Path below the cache folder, with `/`. */
  readonly path: string;
  /** What it is kept under: SHA-256 of a blob in hex, key of frames, of a record. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last written or used, ms since 1970. */
  readonly usedMs: number;
}

/** What reading an entry again said. `unhashed`: it was kept without a hash, and is judged by who reads it. */
export type CacheHealth = 'sound' | 'damaged' | 'gone' | 'unhashed';

/** The caches of this program on one disk, looked at from outside. */
export interface CacheKeeper {
  /** Every file, sorted by path; nothing where there is no cache. Links are not followed. */
  list(run: Run): Promise<readonly CacheEntry[]>;
  /** Reads an entry whole and compares it with the hash it was kept under. */
  check(entry: CacheEntry, run: Run): Promise<CacheHealth>;
  /** Text of a small entry; undefined when it is gone or has more bytes than `maxBytes`. */
  read(entry: CacheEntry, maxBytes: number): Promise<Uint8Array | undefined>;
  /**
   * Removes an entry, unless it was used since it was listed. @returns whether it was removed by this call
   * @throws OutputError OUTPUT_NOT_WRITABLE
   */
  remove(entry: CacheEntry): Promise<boolean>;
  /** Keeps runs that begin from taking content out, until disposed; says how many other runs are at it already. */
  holdRuns(): Promise<AsyncDisposable & { readonly runs: number }>;
}
