import { describe, expect, it } from 'vitest';
import type { PackageOp } from '../../../test/support/hostile-package.ts';
import { judgedBytes } from '../../../test/support/judged-bytes.ts';
import { trailingBytes } from './trailing-bytes.ts';

describe('container/trailing-bytes', () => {
  it.each<[string, readonly PackageOp[], readonly string[]]>([
    ['nothing behind', [], ['pass']],
    ['a seek table behind', [{ op: 'compress', frames: 512, seekTable: true }], ['pass']],
    [
      'bytes behind',
      [{ op: 'append-bytes', text: 'garbage!' }],
      ['fail error ZSTD_TRAILING_BYTES'],
    ],
    ['one byte behind', [{ op: 'append-bytes', text: '!' }], ['fail error ZSTD_TRAILING_BYTES']],
    ['not reached', [{ op: 'truncate-bytes', count: 5 }], ['undecided']],
  ])('%s', async (_name, ops, expected) => {
    expect(await judgedBytes(trailingBytes, ops)).toEqual(expected);
  });
});
