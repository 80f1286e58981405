import { describe, expect, it } from 'vitest';
import type { PackageOp } from '../../../test/support/hostile-package.ts';
import { judgedBytes } from '../../../test/support/judged-bytes.ts';
import type { ReadLimits } from '../../archive/read-limits.ts';
import { limits } from './limits.ts';

describe('container/limits', () => {
  it.each<[string, readonly PackageOp[], Partial<ReadLimits>, readonly string[]]>([
    ['within all of them', [], {}, ['pass']],
    ['as many entries as allowed', [], { maxEntries: 3 }, ['pass']],
    ['one entry more', [], { maxEntries: 2 }, ['fail error LIMIT_ENTRIES']],
    ['an entry too large', [], { maxEntryBytes: 100 }, ['fail error LIMIT_ENTRY_BYTES']],
    ['a name too long', [], { maxNameBytes: 12 }, ['fail error LIMIT_NAME_BYTES']],
    ['a name as long as allowed', [], { maxNameBytes: 19 }, ['pass']],
    [
      'too many frames',
      [{ op: 'compress', frames: 64 }],
      { maxFrames: 3 },
      ['fail error LIMIT_FRAMES'],
    ],
    ['not reached', [{ op: 'truncate-bytes', count: 5 }], {}, ['undecided']],
  ])('%s', async (_name, ops, given, expected) => {
    expect(await judgedBytes(limits, ops, given)).toEqual(expected);
  });
});
