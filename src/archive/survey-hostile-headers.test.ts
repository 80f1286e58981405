import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../test/support/survey-bytes.ts';
import { padded, patchedHeader, rawHeader, tarOf } from '../../test/support/tar-bytes.ts';
import { tarEnd } from './tar-writer.ts';

describe('tar dialects', () => {
  it.each<[string, string, Uint8Array]>([
    [
      'a checksum with a space for its NUL',
      'TAR_HEADER_INVALID',
      (() => {
        const tar = tarOf(rawHeader('a', '0'));
        tar.write(' ', 154);
        return tar;
      })(),
    ],
    [
      'an old v7 header',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '\0', 1), { 257: Buffer.alloc(8) }), padded('x')),
    ],
    [
      'a GNU header with a prefix',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 257: 'ustar  \0', 345: 'evil' })),
    ],
    [
      'a GNU header with times, which some take for a prefix',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 257: 'ustar  \0', 345: '00000000001' })),
    ],
    [
      'a GNU header with another size behind',
      'TAR_HEADER_INVALID',
      tarOf(
        patchedHeader(rawHeader('a', '0', 1), { 257: 'ustar  \0', 483: '00000000002' }),
        padded('x'),
      ),
    ],
    [
      'bytes behind the prefix',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 500: 'x' })),
    ],
    [
      'bytes in an old header behind its end',
      'TAR_HEADER_INVALID',
      tarOf(
        rawHeader('first', '0'),
        patchedHeader(rawHeader('a', '0'), { 257: Buffer.alloc(8), 345: 'pre' }),
      ),
    ],
    ['type 7', 'TAR_ENTRY_TYPE', tarOf(rawHeader('a', '7', 1), padded('x'))],
    [
      'a device number that is none',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 329: 'nonsense' })),
    ],
    [
      'an owner above 32 bits',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 108: Buffer.from([0x80, 0, 1, 0, 0, 0, 0, 0]) })),
    ],
    [
      'a negative owner',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 108: Buffer.alloc(8, 0xff) })),
    ],
    [
      'a mode in base 256',
      'TAR_HEADER_INVALID',
      tarOf(
        patchedHeader(rawHeader('a', '0'), { 100: Buffer.from([0x80, 0, 0, 0, 0, 0, 1, 0xa4]) }),
      ),
    ],
    [
      'a time of blanks',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 136: ' '.repeat(12) })),
    ],
    ['a GNU sparse file', 'TAR_ENTRY_TYPE', tarOf(rawHeader('a', 'S'))],
    ['a symbolic link', 'TAR_ENTRY_TYPE', tarOf(rawHeader('a', '2', 0, 'b'))],
    ['a hard link', 'TAR_ENTRY_TYPE', tarOf(rawHeader('a', '1', 0, 'b'))],
    ['a character device', 'TAR_ENTRY_TYPE', tarOf(rawHeader('a', '3'))],
    ['a block device', 'TAR_ENTRY_TYPE', tarOf(rawHeader('a', '4'))],
    ['a pipe', 'TAR_ENTRY_TYPE', tarOf(rawHeader('a', '6'))],
    ['an unknown type', 'TAR_ENTRY_TYPE', tarOf(rawHeader('a', 'Q', 3), padded('abc'))],
    [
      'a link with content',
      'TAR_HEADER_INVALID',
      tarOf(rawHeader('a', '2', 3, 'b'), padded('abc')),
    ],
    ['a folder with content', 'TAR_HEADER_INVALID', tarOf(rawHeader('a', '5', 3), padded('abc'))],
    [
      'a negative size in base 256',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 124: Buffer.alloc(12, 0xff) })),
    ],
    [
      'a size in base 256 beyond all numbers',
      'TAR_HEADER_INVALID',
      tarOf(
        patchedHeader(rawHeader('a', '0'), {
          124: Buffer.concat([Buffer.from([0x80]), Buffer.alloc(11, 0xff)]),
        }),
      ),
    ],
    [
      'a size that is no number',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 124: '0000000009\0' })),
    ],
    [
      'an owner that is no number',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 108: 'rootroot' })),
    ],
    [
      'a time that is no number',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 136: 'yesterday' })),
    ],
    [
      'an unknown magic',
      'TAR_HEADER_INVALID',
      tarOf(rawHeader('a', '0'), patchedHeader(rawHeader('b', '0'), { 257: 'mustard\0' })),
    ],
    [
      'the star dialect',
      'TAR_HEADER_INVALID',
      tarOf(patchedHeader(rawHeader('a', '0'), { 508: 'tar\0' })),
    ],
    [
      'padding that is not zero',
      'TAR_HEADER_INVALID',
      tarOf(rawHeader('a', '0', 1), Buffer.alloc(512, 1)),
    ],
    [
      'one zero block in the middle',
      'TAR_DATA_AFTER_END',
      Buffer.concat([rawHeader('a', '0'), Buffer.alloc(512), rawHeader('b', '0'), tarEnd()]),
    ],
    [
      'zero blocks without end',
      'TAR_DATA_AFTER_END',
      Buffer.concat([rawHeader('a', '0'), Buffer.alloc(2049 * 512)]),
    ],
    [
      'one zero block at the end',
      'TAR_END_MISSING',
      Buffer.concat([rawHeader('a', '0'), Buffer.alloc(512)]),
    ],
  ])('%s: %s', async (_name, code, bytes) => {
    expect(await problemCodes(bytes)).toContain(code);
  });
});
