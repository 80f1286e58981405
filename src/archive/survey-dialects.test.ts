import { describe, expect, it } from 'vitest';
import { surveyBytes } from '../../test/support/survey-bytes.ts';
import {
  padded,
  patchedHeader,
  paxHeader,
  paxRecord,
  rawHeader,
  tarOf,
} from '../../test/support/tar-bytes.ts';

describe('tar dialects', () => {
  const long = `${'folder/'.repeat(30)}file`;
  const base256 = (value: number): Buffer => {
    const field = Buffer.alloc(12);
    field[0] = 0x80;
    field.writeUInt32BE(value, 8);
    return field;
  };
  it.each<[string, Uint8Array, { name: string; size: number; type?: string; mode?: number }]>([
    [
      'a PAX path',
      tarOf(paxHeader(paxRecord('path', 'ä/ö')), rawHeader('ignored', '0', 2), padded('xx')),
      { name: 'ä/ö', size: 2 },
    ],
    [
      'other PAX records',
      tarOf(
        paxHeader(paxRecord('mtime', '1.5') + paxRecord('comment', 'hello')),
        rawHeader('a', '0'),
      ),
      { name: 'a', size: 0 },
    ],
    [
      'a GNU long name',
      tarOf(
        rawHeader('././@LongLink', 'L', long.length + 1),
        padded(`${long}\0`),
        rawHeader(long.slice(0, 100), '0', 2),
        padded('xx'),
      ),
      { name: long, size: 2 },
    ],
    [
      'a GNU long name and the same PAX path',
      tarOf(
        rawHeader('././@LongLink', 'L', 2),
        padded('b\0'),
        paxHeader(paxRecord('path', 'b')),
        rawHeader('a', '0'),
      ),
      { name: 'b', size: 0 },
    ],
    [
      'a ustar prefix',
      tarOf(patchedHeader(rawHeader('name', '0'), { 345: 'some/prefix' })),
      { name: 'some/prefix/name', size: 0 },
    ],
    [
      'a size in base 256',
      tarOf(patchedHeader(rawHeader('a', '0', 0), { 124: base256(3) }), padded('abc')),
      { name: 'a', size: 3 },
    ],
    [
      'a GNU header',
      tarOf(patchedHeader(rawHeader('a', '0', 1), { 257: 'ustar  \0' }), padded('x')),
      { name: 'a', size: 1 },
    ],
    [
      'a time before 1970 in base 256',
      tarOf(patchedHeader(rawHeader('a', '0'), { 136: Buffer.alloc(12, 0xff) })),
      { name: 'a', size: 0 },
    ],
    [
      'an owner in base 256',
      tarOf(
        patchedHeader(rawHeader('a', '0'), { 108: Buffer.from([0x80, 0, 0, 0, 0x80, 0, 0, 0]) }),
      ),
      { name: 'a', size: 0 },
    ],
    [
      'attributes and times by PAX',
      tarOf(
        paxHeader(paxRecord('SCHILY.xattr.user.a', 'b') + paxRecord('uid', '3000000')),
        rawHeader('a', '0'),
      ),
      { name: 'a', size: 0 },
    ],
    [
      'a mode in blanks',
      tarOf(patchedHeader(rawHeader('a', '0'), { 100: ' 755   \0' })),
      { name: 'a', size: 0, mode: 0o755 },
    ],
    [
      'a folder with a slash',
      tarOf(rawHeader('a/', '5')),
      { name: 'a/', size: 0, type: 'directory' },
    ],
    ['the folder itself', tarOf(rawHeader('./', '5')), { name: './', size: 0, type: 'directory' }],
  ])('reads %s', async (_name, bytes, expected) => {
    const { container, entries } = await surveyBytes(bytes);
    expect(container.problems).toEqual([]);
    expect(entries).toMatchObject([{ type: 'file', ...expected }]);
  });
});
