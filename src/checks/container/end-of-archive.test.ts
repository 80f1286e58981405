import { describe, expect, it } from 'vitest';
import type { PackageOp } from '../../../test/support/hostile-package.ts';
import { judgedBytes } from '../../../test/support/judged-bytes.ts';
import { endOfArchive } from './end-of-archive.ts';

describe('container/end-of-archive', () => {
  it.each<[string, readonly PackageOp[], readonly string[]]>([
    ['two zero blocks', [], ['pass']],
    ['zero blocks up to 10 KiB', [{ op: 'end-blocks', count: 20 }], ['pass']],
    ['one zero block', [{ op: 'end-blocks', count: 1 }], ['fail error TAR_END_MISSING']],
    ['none', [{ op: 'end-blocks', count: 0 }], ['fail error TAR_END_MISSING']],
    [
      'an entry behind the end',
      [{ op: 'append-to-tar', entry: { op: '', name: 'late', text: 'x' } }],
      ['fail error TAR_DATA_AFTER_END'],
    ],
    [
      'an end in the middle',
      [{ op: 'zero-blocks-before', name: 'zarf.yaml', count: 2 }],
      ['fail error TAR_DATA_AFTER_END'],
    ],
    [
      'a plain tar that was cut',
      [
        { op: 'compress', frames: 'none' },
        { op: 'truncate-bytes', count: 1100 },
      ],
      ['fail error TAR_TRUNCATED'],
    ],
    ['not reached', [{ op: 'truncate-bytes', count: 5 }], ['undecided']],
  ])('%s', async (_name, ops, expected) => {
    expect(await judgedBytes(endOfArchive, ops)).toEqual(expected);
  });
});
