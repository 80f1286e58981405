import { describe, expect, it } from 'vitest';
import type { PackageOp } from '../../../test/support/hostile-package.ts';
import { judgedBytes } from '../../../test/support/judged-bytes.ts';
import { seekTable } from './seek-table.ts';

describe('container/seek-table', () => {
  it.each<[string, readonly PackageOp[], readonly string[]]>([
    ['a table that agrees', [{ op: 'compress', frames: 'per-entry', seekTable: true }], ['pass']],
    [
      'a table that counts skippable frames too',
      [{ op: 'compress', frames: 512, skippableBetween: true, seekTable: true }],
      ['pass'],
    ],
    ['no table', [], ['not-applicable']],
    [
      'a table that lies',
      [
        { op: 'compress', frames: 512, seekTable: true },
        { op: 'flip-byte', at: -13 },
      ],
      ['fail error ZSTD_SEEK_TABLE'],
    ],
    ['not reached', [{ op: 'truncate-bytes', count: 5 }], ['undecided']],
  ])('%s', async (_name, ops, expected) => {
    expect(await judgedBytes(seekTable, ops)).toEqual(expected);
  });
});
