import { describe, expect, it } from 'vitest';
import { defaultReadLimits, limitFlags, raisedLimits } from '../archive/read-limits.ts';
import { readLimitFlags } from './limit-flags.ts';
import { limitsFromFlags } from './limits-from-flags.ts';

describe('limits of reading by flags', () => {
  it('are the usual ones without a flag', () => {
    expect(limitsFromFlags({})).toEqual(defaultReadLimits);
    expect(raisedLimits(limitsFromFlags({}))).toEqual([]);
  });

  it.each([
    [{ 'max-entries': 7 }, { maxEntries: 7 }, []],
    [{ 'max-entries': 100_001 }, { maxEntries: 100_001 }, ['--max-entries']],
    [{ 'max-entry-size': '1.5GiB' }, { maxEntryBytes: 1.5 * 2 ** 30 }, []],
    [{ 'max-entry-size': '3TiB' }, { maxEntryBytes: 3 * 2 ** 40 }, ['--max-entry-size']],
    [{ 'max-expansion': 5000 }, { maxExpansion: 5000 }, ['--max-expansion']],
    [{ 'max-frames': 4_000_001 }, { maxFrames: 4_000_001 }, ['--max-frames']],
  ])('%j', (flags, changed, raised) => {
    const limits = limitsFromFlags(flags);
    expect(limits).toEqual({ ...defaultReadLimits, ...changed });
    expect(raisedLimits(limits)).toEqual(raised);
  });

  it.each(['', '0', 'much', '-1', '1e3', '99999999TiB'])('%j is no size', (size) => {
    expect(() => limitsFromFlags({ 'max-entry-size': size })).toThrow(
      expect.objectContaining({ code: 'LIMIT_SIZE' }),
    );
  });

  it('have a flag each, whose default is told as it is', () => {
    expect(Object.keys(readLimitFlags).map((flag) => `--${flag}`)).toEqual(Object.keys(limitFlags));
    const told = Object.values(readLimitFlags).map(({ summary = '' }) => summary);
    const defaults = Object.values(limitFlags).map((limit) => defaultReadLimits[limit]);
    expect(told.map((summary) => /default: ([^)]+)/.exec(summary)?.[1])).toEqual(
      defaults.map((value) => (value === 2 ** 41 ? '2TiB' : String(value))),
    );
  });
});
