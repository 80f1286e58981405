import { describe, expect, it } from 'vitest';
import type { PackageOp } from '../../../test/support/hostile-package.ts';
import { judgedBytes } from '../../../test/support/judged-bytes.ts';
import { duplicates } from './duplicates.ts';

describe('container/duplicates', () => {
  it.each<[string, readonly PackageOp[], readonly string[]]>([
    ['every path once', [], ['pass']],
    [
      'names that look alike',
      [
        { op: 'append-entry', name: 'a/b', text: 'x' },
        { op: 'append-entry', name: 'a-b', text: 'x' },
      ],
      ['pass'],
    ],
    [
      'a folder twice',
      [
        { op: 'append-entry', name: 'd', text: '', type: 'directory' },
        { op: 'append-entry', name: 'd', text: '', type: 'directory' },
      ],
      ['fail error TAR_NAME_DUPLICATE'],
    ],
    [
      'a path twice',
      [{ op: 'append-entry', name: 'zarf.yaml', text: 'x' }],
      ['fail error TAR_NAME_DUPLICATE'],
    ],
    [
      'a path in another spelling',
      [{ op: 'append-entry', name: './zarf.yaml', text: 'x' }],
      ['fail error TAR_NAME_DUPLICATE'],
    ],
    [
      'a path in other case',
      [{ op: 'append-entry', name: 'Zarf.yaml', text: 'x' }],
      ['fail error TAR_NAME_CASE'],
    ],
    [
      'a file below a file',
      [{ op: 'append-entry', name: 'zarf.yaml/a', text: 'x' }],
      ['fail error TAR_NAME_CONFLICT'],
    ],
    ['not reached', [{ op: 'truncate-bytes', count: 5 }], ['undecided']],
  ])('%s', async (_name, ops, expected) => {
    expect(await judgedBytes(duplicates, ops)).toEqual(expected);
  });
});
