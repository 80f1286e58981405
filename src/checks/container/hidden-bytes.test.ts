import { describe, expect, it } from 'vitest';
import type { PackageOp } from '../../../test/support/hostile-package.ts';
import { judgedBytes } from '../../../test/support/judged-bytes.ts';
import { hiddenBytes } from './hidden-bytes.ts';

describe('container/hidden-bytes', () => {
  it.each<[string, readonly PackageOp[], readonly string[]]>([
    ['no skippable frame', [], ['pass']],
    ['a seek table', [{ op: 'compress', frames: 512, seekTable: true }], ['pass']],
    [
      'a skippable frame before all others',
      [{ op: 'prepend-skippable', size: 20 }],
      ['fail error ZSTD_HIDDEN_BYTES'],
    ],
    ['an empty one', [{ op: 'prepend-skippable', size: 0 }], ['fail error ZSTD_HIDDEN_BYTES']],
    [
      'skippable frames between, which the seek table lists',
      [{ op: 'compress', frames: 512, skippableBetween: true, seekTable: true }],
      ['fail error ZSTD_HIDDEN_BYTES'],
    ],
    [
      'a seek table that is damaged until it is none',
      [
        { op: 'compress', frames: 512, seekTable: true },
        { op: 'flip-byte', at: -1 },
      ],
      ['fail error ZSTD_HIDDEN_BYTES'],
    ],
    ['not reached', [{ op: 'truncate-bytes', count: 5 }], ['undecided']],
  ])('%s', async (_name, ops, expected) => {
    expect(await judgedBytes(hiddenBytes, ops)).toEqual(expected);
  });
});
