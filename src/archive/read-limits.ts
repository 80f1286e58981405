/** How much a reader is willing to take. There is no "unlimited". All checked while reading. */
export interface ReadLimits {
  /** Tar entries of any type. */
  readonly maxEntries: number;
  /** Content bytes of one entry. */
  readonly maxEntryBytes: number;
  /** Bytes of one entry name. */
  readonly maxNameBytes: number;
  /** Decompressed bytes per compressed byte, judged over the whole input once 64 MiB came out. */
  readonly maxExpansion: number;
  /** zstd window, bytes. What Zarf and UDS read: 2^29. */
  readonly maxWindowBytes: number;
  /** zstd frames of all kinds. */
  readonly maxFrames: number;
  /** Bytes of text-like small entries kept in memory for the checks, in all. */
  readonly maxRetainedBytes: number;
  /** The largest entry that is kept for the checks. */
  readonly maxRetainedEntryBytes: number;
}

/** The limits of `verify` and `inspect`. */
export const defaultReadLimits: ReadLimits = {
  maxEntries: 100_000,
  maxEntryBytes: 2 ** 41,
  maxNameBytes: 4096,
  maxExpansion: 1000,
  maxWindowBytes: 2 ** 29,
  maxFrames: 4_000_000,
  maxRetainedBytes: 64 * 2 ** 20,
  maxRetainedEntryBytes: 8 * 2 ** 20,
};

/** Limits that an operator may set, by the flag of `verify` that sets each. */
export const limitFlags = {
  '--max-entries': 'maxEntries',
  '--max-entry-size': 'maxEntryBytes',
  '--max-expansion': 'maxExpansion',
  '--max-frames': 'maxFrames',
} as const satisfies Readonly<Record<string, keyof ReadLimits>>;

/** Flags that raised a limit above what is usual, as spelt. */
export function raisedLimits(limits: ReadLimits): readonly string[] {
  return Object.entries(limitFlags)
    .filter(([, limit]) => limits[limit] > defaultReadLimits[limit])
    .map(([flag]) => flag);
}
