import { defaultReadLimits, type ReadLimits } from '../archive/read-limits.ts';
import { UsageError } from '../errors/families.ts';
import { parseByteSize } from '../policy/byte-size.ts';

/** A limit that is none. */
export class LimitFlagError extends UsageError<'LIMIT_SIZE'> {}

/** The flags as oclif names them. */
export interface LimitFlagValues {
  readonly 'max-entries'?: number | undefined;
  readonly 'max-entry-size'?: string | undefined;
  readonly 'max-expansion'?: number | undefined;
  readonly 'max-frames'?: number | undefined;
}

/**
 * The limits of reading as the flags set them; what no flag names stays as it is.
 * @throws LimitFlagError LIMIT_SIZE
 */
export function limitsFromFlags(flags: LimitFlagValues): ReadLimits {
  const {
    'max-entries': maxEntries = defaultReadLimits.maxEntries,
    'max-entry-size': entrySize,
    'max-expansion': maxExpansion = defaultReadLimits.maxExpansion,
    'max-frames': maxFrames = defaultReadLimits.maxFrames,
  } = flags;
  const maxEntryBytes =
    entrySize === undefined ? defaultReadLimits.maxEntryBytes : parseByteSize(entrySize);
  if (maxEntryBytes === undefined || !Number.isSafeInteger(maxEntryBytes) || maxEntryBytes < 1)
    throw new LimitFlagError('LIMIT_SIZE', `'${entrySize}' is no size of an entry`, {
      suggestions: ['Give it as --max-entry-size 50GiB'],
    });
  return { ...defaultReadLimits, maxEntries, maxEntryBytes, maxExpansion, maxFrames };
}
