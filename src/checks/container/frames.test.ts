import { describe, expect, it } from 'vitest';
import type { PackageOp } from '../../../test/support/hostile-package.ts';
import { judgedBytes } from '../../../test/support/judged-bytes.ts';
import { frames } from './frames.ts';

describe('container/frames', () => {
  it.each<[string, readonly PackageOp[], readonly string[]]>([
    ['whole frames', [], ['pass']],
    [
      'a frame for each entry, with skippable ones between',
      [{ op: 'compress', frames: 'per-entry', skippableBetween: true }],
      ['pass'],
    ],
    ['frames without checksum', [{ op: 'compress', frames: 'one', checksum: false }], ['pass']],
    ['a cut frame', [{ op: 'truncate-bytes', count: 5 }], ['fail error ZSTD_TRUNCATED']],
    ['a wrong checksum', [{ op: 'flip-byte', at: -1 }], ['fail error ZSTD_CHECKSUM']],
    [
      'another fault before the frames ended',
      [
        { op: 'end-blocks', count: 2 },
        { op: 'append-to-tar', entry: { op: '', name: 'late', text: 'x' } },
      ],
      ['undecided'],
    ],
  ])('%s', async (_name, ops, expected) => {
    expect(await judgedBytes(frames, ops)).toEqual(expected);
  });
});
