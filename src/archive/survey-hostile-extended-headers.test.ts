import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../test/support/survey-bytes.ts';
import { padded, paxHeader, paxRecord, rawHeader, tarOf } from '../../test/support/tar-bytes.ts';

describe('tar dialects', () => {
  it.each<[string, string, Uint8Array]>([
    [
      'a PAX size above the header',
      'TAR_PAX_CONFLICT',
      tarOf(paxHeader(paxRecord('size', '3')), rawHeader('a', '0', 2), padded('xxx')),
    ],
    [
      'a PAX path against a long name',
      'TAR_PAX_CONFLICT',
      tarOf(
        rawHeader('l', 'L', 2),
        padded('b\0'),
        paxHeader(paxRecord('path', 'c')),
        rawHeader('a', '0'),
      ),
    ],
    [
      'a PAX link against a long link',
      'TAR_PAX_CONFLICT',
      tarOf(
        rawHeader('l', 'K', 2),
        padded('b\0'),
        paxHeader(paxRecord('linkpath', 'c')),
        rawHeader('a', '2'),
      ),
    ],
    [
      'a PAX size that is no number',
      'TAR_PAX_INVALID',
      tarOf(paxHeader(paxRecord('size', '0x2')), rawHeader('a', '0')),
    ],
    [
      'a negative PAX size',
      'TAR_PAX_INVALID',
      tarOf(paxHeader(paxRecord('size', '-1')), rawHeader('a', '0')),
    ],
    [
      'a PAX size beyond all numbers',
      'TAR_PAX_INVALID',
      tarOf(paxHeader(paxRecord('size', '99999999999999999999')), rawHeader('a', '0')),
    ],
    [
      'one PAX record twice',
      'TAR_PAX_INVALID',
      tarOf(paxHeader(paxRecord('path', 'b') + paxRecord('path', 'c')), rawHeader('a', '0')),
    ],
    [
      'two PAX headers',
      'TAR_PAX_INVALID',
      tarOf(
        paxHeader(paxRecord('path', 'b')),
        paxHeader(paxRecord('size', '0')),
        rawHeader('a', '0'),
      ),
    ],
    [
      'a PAX record without name',
      'TAR_PAX_INVALID',
      tarOf(paxHeader('6 =ab\n'), rawHeader('a', '0')),
    ],
    [
      'a PAX record without end',
      'TAR_PAX_INVALID',
      tarOf(paxHeader('9 path=ab'), rawHeader('a', '0')),
    ],
    [
      'a PAX record with a leading zero',
      'TAR_PAX_INVALID',
      tarOf(paxHeader('010 path=a\n'), rawHeader('a', '0')),
    ],
    [
      'a PAX header of more than 1 MiB',
      'TAR_PAX_INVALID',
      tarOf(paxHeader(paxRecord('comment', 'x'.repeat(2 ** 20))), rawHeader('a', '0')),
    ],
    [
      'a global PAX size',
      'TAR_PAX_INVALID',
      tarOf(paxHeader(paxRecord('size', '1'), 'g'), rawHeader('a', '0')),
    ],
    [
      'an empty PAX path',
      'TAR_NAME_INVALID',
      tarOf(paxHeader(paxRecord('path', '')), rawHeader('a', '0')),
    ],
    [
      'a NUL in a PAX path',
      'TAR_NAME_INVALID',
      tarOf(paxHeader(paxRecord('path', 'a\0b')), rawHeader('a', '0')),
    ],
    ['a PAX header of nothing', 'TAR_TRUNCATED', paxHeader(paxRecord('path', 'b'))],
    ['a PAX header before the end', 'TAR_HEADER_INVALID', tarOf(paxHeader(paxRecord('path', 'b')))],
    [
      'a global PAX header before the end',
      'TAR_HEADER_INVALID',
      tarOf(rawHeader('a', '0'), paxHeader(paxRecord('comment', 'b'), 'g')),
    ],
    [
      'two long names',
      'TAR_HEADER_INVALID',
      tarOf(
        rawHeader('l', 'L', 2),
        padded('b\0'),
        rawHeader('l', 'L', 2),
        padded('c\0'),
        rawHeader('a', '0'),
      ),
    ],
    [
      'a long name beyond the limit',
      'LIMIT_NAME_BYTES',
      tarOf(rawHeader('l', 'L', 5000), padded('b'.repeat(5000)), rawHeader('a', '0')),
    ],
    [
      'a PAX path beyond the limit',
      'LIMIT_NAME_BYTES',
      tarOf(paxHeader(paxRecord('path', 'b'.repeat(5000))), rawHeader('a', '0')),
    ],
    [
      'a link target beyond the limit',
      'LIMIT_NAME_BYTES',
      tarOf(paxHeader(paxRecord('linkpath', 'b'.repeat(5000))), rawHeader('a', '2')),
    ],
    [
      'a global PAX comment',
      'TAR_HEADER_INVALID',
      tarOf(paxHeader(paxRecord('comment', 'abc'), 'g'), rawHeader('a', '0')),
    ],
    [
      'a global PAX time',
      'TAR_PAX_INVALID',
      tarOf(paxHeader(paxRecord('mtime', '1'), 'g'), rawHeader('a', '0')),
    ],
    [
      'a global PAX map of holes',
      'TAR_PAX_INVALID',
      tarOf(paxHeader(paxRecord('GNU.sparse.name', 'b'), 'g'), rawHeader('a', '0')),
    ],
    ['an empty extended header', 'TAR_HEADER_INVALID', tarOf(paxHeader(''), rawHeader('a', '0'))],
    ...(
      [
        ['another size', 'SCHILY.realsize', '1'],
        ['a volume', 'GNU.volume.label', 'x'],
        ['links', 'SCHILY.nlink', '2'],
        ['a charset', 'hdrcharset', 'BINARY'],
        ['a time that is none', 'mtime', '1e9'],
        ['a time of nothing', 'mtime', ''],
        ['an owner that is none', 'uid', 'root'],
        ['an owner above 32 bits', 'gid', '4294967296'],
        ['an owner name with a NUL', 'uname', 'a\0b'],
        ['a key with a NUL', 'comment\0', 'x'],
        ['a key of the language', 'constructor', 'x'],
        ['a key nobody knows', 'ACME.path', 'x'],
      ] as const
    ).map(([what, key, value]): [string, string, Buffer] => [
      `a PAX record of ${what}`,
      'TAR_HEADER_INVALID',
      tarOf(paxHeader(paxRecord(key, value)), rawHeader('a', '0')),
    ]),
    [
      'a PAX sparse file',
      'TAR_ENTRY_TYPE',
      tarOf(paxHeader(paxRecord('GNU.sparse.major', '1')), rawHeader('a', '0')),
    ],
  ])('%s: %s', async (_name, code, bytes) => {
    expect(await problemCodes(bytes)).toContain(code);
  });
});
