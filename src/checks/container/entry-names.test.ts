import { describe, expect, it } from 'vitest';
import type { PackageOp } from '../../../test/support/hostile-package.ts';
import { judgedBytes } from '../../../test/support/judged-bytes.ts';
import { entryNames } from './entry-names.ts';

describe('container/entry-names', () => {
  it.each<[string, readonly PackageOp[], readonly string[]]>([
    ['plain names', [], ['pass']],
    ['names that begin with ./', [{ op: 'rename-all', prefix: './' }], ['pass']],
    [
      'names with dots that lead nowhere',
      [
        { op: 'append-entry', name: '..a', text: 'x' },
        { op: 'append-entry', name: 'a..b', text: 'x' },
      ],
      ['pass'],
    ],
    [
      'a name in another script by PAX',
      [
        { op: 'append-entry', name: 'x', text: 'x' },
        { op: 'pax', name: 'x', records: [['path', 'gr\u00f6\u00dfe']] },
      ],
      ['pass'],
    ],
    [
      'a name that climbs',
      [{ op: 'append-entry', name: '../a', text: 'x' }],
      ['fail error TAR_NAME_INVALID'],
    ],
    [
      'an absolute name',
      [{ op: 'append-entry', name: '/a', text: 'x' }],
      ['fail error TAR_NAME_INVALID'],
    ],
    [
      'a device',
      [{ op: 'append-entry', name: 'b/NUL.txt', text: 'x' }],
      ['fail error TAR_NAME_INVALID'],
    ],
    [
      'bytes that are no UTF-8',
      [{ op: 'append-entry', name: 'a\xff', text: 'x' }],
      ['fail error TAR_NAME_ENCODING'],
    ],
    ['not reached', [{ op: 'truncate-bytes', count: 5 }], ['undecided']],
  ])('%s', async (_name, ops, expected) => {
    expect(await judgedBytes(entryNames, ops)).toEqual(expected);
  });
});
