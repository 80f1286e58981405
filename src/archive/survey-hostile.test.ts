import { isDeepStrictEqual } from 'node:util';
import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkedFrame,
  noiseBytes,
  padded,
  patchedHeader,
  paxHeader,
  paxRecord,
  rawHeader,
  skippableFrame,
  tarFile,
  tarOf,
  unsizedFrame,
} from '../../test/support/tar-bytes.ts';
import { digestOf } from '../oci/digest.ts';
import { inProcessCompute } from './compute-in-process.ts';
import { encodeRawFrame } from './raw-frame.ts';
import { defaultReadLimits, type ReadLimits } from './read-limits.ts';
import { type FrameSizes, renderSeekTable } from './seek-table-write.ts';
import { surveyArchive } from './survey-archive.ts';
import { tarEnd } from './tar-writer.ts';

const run = { signal: new AbortController().signal };
const compute = inProcessCompute();

async function survey(
  bytes: Uint8Array,
  limits: Partial<ReadLimits> = {},
  cuts: readonly number[] = [],
) {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      yield bytes.subarray(from, Math.max(from, cut));
      from = Math.max(from, cut);
    }
  }
  return surveyArchive(
    { chunks: chunks() },
    { ...defaultReadLimits, ...limits },
    { wholeDigest: true },
    compute,
    run,
  );
}
const codes = async (bytes: Uint8Array, limits: Partial<ReadLimits> = {}) =>
  (await survey(bytes, limits)).container.problems.map((problem) => problem.code);

const text = 'line after line of a text that shrinks well\n'.repeat(900);
const sound = tarOf(
  tarFile('zarf.yaml', 'kind: x\n'),
  tarFile('blobs/noise', noiseBytes(70_000)),
  tarFile('blobs/text', text),
);
const sizeOf = (frame: Uint8Array, content: Uint8Array): FrameSizes => ({
  size: frame.length,
  contentSize: content.length,
});

describe('one content, however it is framed', () => {
  const half = 1000;
  const parts = [sound.subarray(0, half), sound.subarray(half)] as const;
  const table = renderSeekTable([
    sizeOf(encodeRawFrame(parts[0]), parts[0]),
    sizeOf(checkedFrame(parts[1]), parts[1]),
  ]);
  const longWindow = zstdCompressSync(sound, {
    params: {
      [constants.ZSTD_c_windowLog]: 27,
      [constants.ZSTD_c_enableLongDistanceMatching]: 1,
      [constants.ZSTD_c_contentSizeFlag]: 0,
    },
  });
  it.each<
    [string, Uint8Array, { frames: number; skippable?: number; table?: string; hidden?: true }]
  >([
    ['one frame', checkedFrame(sound), { frames: 1 }],
    ['one frame of unknown size', unsizedFrame(sound), { frames: 1 }],
    ['a window of 128 MiB', longWindow, { frames: 1 }],
    [
      'a frame for each kilobyte',
      Buffer.concat(
        Array.from({ length: Math.ceil(sound.length / 1024) }, (_, at) =>
          checkedFrame(sound.subarray(at * 1024, at * 1024 + 1024)),
        ),
      ),
      { frames: Math.ceil(sound.length / 1024) },
    ],
    [
      'frames cut inside a header',
      Buffer.concat([checkedFrame(sound.subarray(0, 100)), unsizedFrame(sound.subarray(100))]),
      { frames: 2 },
    ],
    [
      'empty frames',
      Buffer.concat([
        checkedFrame(new Uint8Array(0)),
        encodeRawFrame(sound),
        encodeRawFrame(new Uint8Array(0)),
        unsizedFrame(new Uint8Array(0)),
      ]),
      { frames: 4 },
    ],
    [
      'skippable frames first, between and last',
      Buffer.concat([
        skippableFrame(Buffer.from('a')),
        checkedFrame(parts[0]),
        skippableFrame(Buffer.alloc(2 ** 20), 0x184d2a5f),
        checkedFrame(parts[1]),
        skippableFrame(Buffer.alloc(0)),
      ]),
      { frames: 2, skippable: 3, hidden: true },
    ],
    [
      'a seek table',
      Buffer.concat([encodeRawFrame(parts[0]), checkedFrame(parts[1]), table]),
      { frames: 2, skippable: 1, table: 'agrees' },
    ],
    [
      'a seek table that is not last',
      Buffer.concat([
        encodeRawFrame(parts[0]),
        checkedFrame(parts[1]),
        table,
        skippableFrame(Buffer.alloc(1)),
      ]),
      { frames: 2, skippable: 2, hidden: true },
    ],
  ])('gives the same entries: %s', async (_name, bytes, seen) => {
    const plain = await survey(sound);
    const framed = await survey(bytes);
    expect(framed.container.problems.map(({ code }) => code)).toEqual(
      seen.hidden === undefined ? [] : ['ZSTD_HIDDEN_BYTES'],
    );
    expect(isDeepStrictEqual(framed.entries, plain.entries)).toBe(true);
    expect(framed.container).toMatchObject({
      compression: 'zstd',
      size: bytes.length,
      tarSize: sound.length,
      digest: digestOf(bytes),
      endBlocks: 2,
      frames: seen.frames,
      skippableFrames: seen.skippable ?? 0,
      seekTable: seen.table ?? 'absent',
    });
  });

  it('reads a frame that is too large to hold', async () => {
    const big = tarOf(tarFile('big', noiseBytes(18 * 2 ** 20)), tarFile('text', text.repeat(10)));
    const plain = await survey(big);
    for (const bytes of [
      checkedFrame(big),
      unsizedFrame(big),
      Buffer.concat([
        unsizedFrame(big.subarray(0, 17 * 2 ** 20)),
        checkedFrame(big.subarray(17 * 2 ** 20)),
      ]),
    ]) {
      const framed = await survey(bytes);
      expect(framed.container.problems).toEqual([]);
      expect(isDeepStrictEqual(framed.entries, plain.entries)).toBe(true);
    }
    const damaged = Buffer.from(checkedFrame(big));
    damaged[9_000_000] = (damaged[9_000_000] ?? 0) ^ 1;
    expect(await codes(damaged)).toContain('ZSTD_CHECKSUM');
    expect(await codes(checkedFrame(big).subarray(0, -1))).toEqual(['ZSTD_TRUNCATED']);
    expect(await codes(Buffer.concat([unsizedFrame(big), Buffer.from('junk')]))).toEqual([
      'ZSTD_TRAILING_BYTES',
    ]);
  });
});

describe('zstd that is refused', () => {
  const frame = checkedFrame(sound);
  const sizes = sizeOf(frame, sound);
  const header = (...bytes: number[]) => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...bytes, 1, 0, 0]);
  const withTable = (listed: readonly FrameSizes[]) =>
    Buffer.concat([frame, renderSeekTable(listed)]);
  const checksums = (payload: Buffer): Buffer => {
    payload[payload.length - 5] = 0x80;
    return payload;
  };
  it.each<[string, string, Uint8Array]>([
    ['a window of 2^30', 'ZSTD_WINDOW_LIMIT', header(0x00, (30 - 10) << 3)],
    ['a single segment of more than 2^29', 'ZSTD_WINDOW_LIMIT', header(0xa0, 1, 0, 0, 0x20)],
    ['a dictionary of one byte', 'ZSTD_DICTIONARY', header(0x21, 7, 0)],
    ['a dictionary of four bytes', 'ZSTD_DICTIONARY', header(0x23, 0, 0, 0, 1, 0)],
    ['the reserved bit', 'ZSTD_FRAME_INVALID', header(0x28, 0)],
    ['the unused bit', 'ZSTD_FRAME_INVALID', header(0x30, 0)],
    [
      'a block larger than the window',
      'ZSTD_FRAME_INVALID',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 2, 0x19, 0, 0, 1, 2, 3]),
    ],
    [
      'junk between frames',
      'ZSTD_TRAILING_BYTES',
      Buffer.concat([encodeRawFrame(sound), Buffer.from('junk'), frame]),
    ],
    ['three bytes behind the end', 'ZSTD_TRAILING_BYTES', Buffer.concat([frame, Buffer.alloc(3)])],
    ['zeros behind the end', 'ZSTD_TRAILING_BYTES', Buffer.concat([frame, Buffer.alloc(4096)])],
    [
      'a second tar behind the first',
      'TAR_DATA_AFTER_END',
      Buffer.concat([frame, checkedFrame(tarOf(tarFile('b', 'x')))]),
    ],
    [
      'data in a frame behind the end',
      'TAR_DATA_AFTER_END',
      Buffer.concat([frame, encodeRawFrame(Buffer.alloc(512, 1))]),
    ],
    [
      'half a block in a frame behind the end',
      'TAR_TRUNCATED',
      Buffer.concat([frame, encodeRawFrame(Buffer.alloc(100))]),
    ],
    [
      'a skippable frame cut short',
      'ZSTD_TRUNCATED',
      Buffer.concat([frame, skippableFrame(Buffer.alloc(100)).subarray(0, 50)]),
    ],
    [
      'a skippable header cut short',
      'ZSTD_TRUNCATED',
      Buffer.concat([frame, skippableFrame(Buffer.alloc(1)).subarray(0, 6)]),
    ],
    [
      'less content than the header says',
      'ZSTD_CONTENT_SIZE',
      Buffer.concat([
        Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 2, 0, 0]),
        encodeRawFrame(sound.subarray(0, 100)).subarray(9),
      ]),
    ],
    [
      'a table with a wrong frame size',
      'ZSTD_SEEK_TABLE',
      withTable([{ ...sizes, size: sizes.size + 1 }]),
    ],
    [
      'a table with a wrong content size',
      'ZSTD_SEEK_TABLE',
      withTable([{ ...sizes, contentSize: sizes.contentSize - 512 }]),
    ],
    ['a table of more frames', 'ZSTD_SEEK_TABLE', withTable([sizes, sizes])],
    ['a table of no frames', 'ZSTD_SEEK_TABLE', withTable([])],
    [
      'a table with a reserved bit',
      'ZSTD_SEEK_TABLE',
      Buffer.concat([
        frame,
        (() => {
          const table = Buffer.from(renderSeekTable([sizes]));
          table[table.length - 5] = 4;
          return table;
        })(),
      ]),
    ],
    [
      'a table that says it has checksums and has none',
      'ZSTD_SEEK_TABLE',
      Buffer.concat([frame, checksums(Buffer.from(renderSeekTable([sizes])))]),
    ],
  ])('%s: %s', async (_name, code, bytes) => {
    expect(await codes(bytes)).toContain(code);
  });

  it('a compressed frame that decodes to more or less than it says', async () => {
    for (const delta of [1, -1]) {
      const lying = Buffer.from(checkedFrame(Buffer.from(text)));
      expect(lying[4]).toBe(0x64); // single segment, checksum, two bytes of content size
      lying.writeUInt16LE(lying.readUInt16LE(5) + delta, 5);
      expect((await codes(lying))[0]).toMatch(/^ZSTD_(CONTENT_SIZE|DATA_INVALID)$/);
    }
  });

  it('a bomb, by ratio, wherever it lies', async () => {
    const zeros = Buffer.alloc(80 * 2 ** 20);
    const bomb = tarOf(tarFile('z', zeros));
    const rle = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]),
      ...Array.from({ length: 700 }, (_, at) =>
        Buffer.from([(at === 699 ? 1 : 0) | 2, 0, 0x10, 0]),
      ),
    ]);
    for (const bytes of [checkedFrame(bomb), unsizedFrame(bomb)])
      expect(await codes(bytes)).toContain('LIMIT_EXPANSION');
    // Zeros that are no content end sooner.
    expect(await codes(rle)).toContain('TAR_DATA_AFTER_END');
  });

  it('a bomb inside an entry stays closed', async () => {
    const inner = checkedFrame(tarOf(tarFile('z', Buffer.alloc(80 * 2 ** 20))));
    const { container, entries } = await survey(
      encodeRawFrame(tarOf(tarFile('inner.tar.zst', inner))),
    );
    expect(container.problems).toEqual([]);
    expect(entries[0]).toMatchObject({ size: inner.length, digest: digestOf(inner) });
  });
});

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
    const { container, entries } = await survey(bytes);
    expect(container.problems).toEqual([]);
    expect(entries).toMatchObject([{ type: 'file', ...expected }]);
  });

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
      'a checksum with a space for its NUL',
      'TAR_HEADER_INVALID',
      (() => {
        const tar = tarOf(rawHeader('a', '0'));
        tar.write(' ', 154);
        return tar;
      })(),
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
    ['a GNU sparse file', 'TAR_ENTRY_TYPE', tarOf(rawHeader('a', 'S'))],
    [
      'a PAX sparse file',
      'TAR_ENTRY_TYPE',
      tarOf(paxHeader(paxRecord('GNU.sparse.major', '1')), rawHeader('a', '0')),
    ],
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
    ['a backslash', 'TAR_NAME_INVALID', tarOf(rawHeader('a\\b', '0'))],
    ['a colon', 'TAR_NAME_INVALID', tarOf(rawHeader('a:b', '0'))],
    ['a part that ends in a dot', 'TAR_NAME_INVALID', tarOf(rawHeader('a./b', '0'))],
    ['a part that ends in a space', 'TAR_NAME_INVALID', tarOf(rawHeader('a/b ', '0'))],
    ['an empty name', 'TAR_NAME_INVALID', tarOf(rawHeader('', '0'))],
    ['a file called like a folder', 'TAR_NAME_INVALID', tarOf(rawHeader('a/', '0'))],
    ['.. that goes nowhere', 'TAR_NAME_INVALID', tarOf(rawHeader('a/../b', '0'))],
    ['a device name', 'TAR_NAME_INVALID', tarOf(rawHeader('a/com0', '0'))],
    [
      'one path in two spellings',
      'TAR_NAME_DUPLICATE',
      tarOf(rawHeader('a/b', '0'), rawHeader('./a//b', '0')),
    ],
    ['a folder twice', 'TAR_NAME_DUPLICATE', tarOf(rawHeader('a/', '5'), rawHeader('a', '5'))],
    [
      'the folder itself twice',
      'TAR_NAME_DUPLICATE',
      tarOf(rawHeader('./', '5'), rawHeader('.', '5')),
    ],
    [
      'a folder and a file of one name',
      'TAR_NAME_DUPLICATE',
      tarOf(rawHeader('a', '5'), rawHeader('a', '0')),
    ],
    [
      'a folder where a file was',
      'TAR_NAME_CONFLICT',
      tarOf(rawHeader('a', '0'), rawHeader('a/b', '5')),
    ],
    [
      'folders that differ in case',
      'TAR_NAME_CASE',
      tarOf(rawHeader('Dir/a', '0'), rawHeader('dir/b', '0')),
    ],
    [
      'names that differ in composition',
      'TAR_NAME_CASE',
      tarOf(
        paxHeader(paxRecord('path', 'é')),
        rawHeader('a', '0'),
        paxHeader(paxRecord('path', 'e\u0301')),
        rawHeader('b', '0'),
      ),
    ],
  ])('%s: %s', async (_name, code, bytes) => {
    expect(await codes(bytes)).toContain(code);
  });

  it('names that are too much together', async () => {
    const deep = (index: number): string => `${index}/${'a/'.repeat(1900)}b`;
    const entries = Array.from({ length: 60 }, (_, index) =>
      Buffer.concat([paxHeader(paxRecord('path', deep(index))), rawHeader('a', '0')]),
    );
    expect(await codes(tarOf(...entries))).toEqual(['LIMIT_NAME_BYTES']);
  });

  it('keeps a thousand problems of a code, and the first of another behind them', async () => {
    const links = Array.from({ length: 1500 }, (_, index) => rawHeader(`l${index}`, '1', 0, 'a'));
    const { container } = await survey(tarOf(...links, rawHeader('l0', '0')));
    expect(container.problems.map(({ code }) => code)).toEqual([
      ...Array.from({ length: 1000 }, () => 'TAR_ENTRY_TYPE'),
      'TAR_NAME_DUPLICATE',
    ]);
  });
});

describe('any damage', () => {
  const parts = [sound.subarray(0, 1536), sound.subarray(1536, 72_192), sound.subarray(72_192)];
  const frames = parts.map((part, index) =>
    index === 1 ? encodeRawFrame(part) : checkedFrame(part),
  );
  const ours = Buffer.concat([
    ...frames,
    renderSeekTable(frames.map((frame, index) => sizeOf(frame, parts[index] ?? frame))),
  ]);
  const archives = [
    { name: 'our archive', bytes: ours },
    { name: 'one frame', bytes: checkedFrame(sound) },
    { name: 'a plain tar', bytes: sound },
  ];

  it.each(archives)('$name cut short at any byte is noticed', async ({ bytes }) => {
    const at = Array.from({ length: 60 }, (_, index) => index + 1).concat(
      Array.from({ length: 60 }, (_, index) => bytes.length - 1 - index),
    );
    const random = fc.sample(fc.integer({ min: 1, max: bytes.length - 1 }), {
      numRuns: 100,
      seed: 7,
    });
    for (const length of [...at, ...random]) {
      const found = await codes(bytes.subarray(0, length)).catch((error: unknown) => [
        String((error as { code?: string }).code),
      ]);
      // Whole frames may go unmissed as such; then the tar, its end or an entry is missing, or only the table.
      const onlyTableGone =
        bytes === ours &&
        length ===
          ours.length - renderSeekTable(frames.map((frame) => sizeOf(frame, frame))).length;
      if (!onlyTableGone) expect(found, `cut at ${length}`).not.toEqual([]);
    }
  });

  it.each(archives)('$name with any bit flipped is noticed', async ({ bytes }) => {
    const before = JSON.stringify((await survey(bytes)).entries);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), async (bit) => {
        const other = Buffer.from(bytes);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const after = await survey(other).catch(() => undefined);
        if (after === undefined || after.container.problems.length > 0) return;
        // Or a digest, a name or a size changed, which the checksums of the package tell.
        expect(JSON.stringify(after.entries)).not.toBe(before);
      }),
      { numRuns: 250 },
    );
  });

  it('gives the same result however the stream is cut, sound or not', async () => {
    const damagedTar = Buffer.from(sound);
    damagedTar[72_300] = 0xff;
    const cases = [
      ...archives.map(({ bytes }) => bytes),
      checkedFrame(damagedTar),
      Buffer.concat([
        frames[0] ?? sound,
        checkedFrame(damagedTar.subarray(1536)),
        frames[2] ?? sound,
      ]),
      ours.subarray(0, -40),
      Buffer.concat([ours, Buffer.from('junk')]),
      unsizedFrame(tarOf(tarFile('big', noiseBytes(17 * 2 ** 20)), Buffer.alloc(512, 1))),
    ];
    for (const bytes of cases) {
      const whole = await survey(bytes);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 }),
          async (cuts) => {
            expect(
              isDeepStrictEqual(
                await survey(
                  bytes,
                  {},
                  cuts.toSorted((a, b) => a - b),
                ),
                whole,
              ),
            ).toBe(true);
          },
        ),
        { numRuns: bytes.length > 2 ** 20 ? 4 : 25 },
      );
    }
  });
});
