import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutEvery, problemCodes, surveyBytes } from '../../test/support/survey-bytes.ts';
import {
  checkedFrame,
  padded,
  paxHeader,
  rawHeader,
  tarFile,
  tarOf,
  unsizedFrame,
} from '../../test/support/tar-bytes.ts';
import { digestOf } from '../oci/digest.ts';
import { encodeRawFrame } from './raw-frame.ts';
import type { ReadLimits } from './read-limits.ts';
import { renderSeekTable } from './seek-table-write.ts';

const sound = tarOf(
  tarFile('zarf.yaml', 'kind: x\n'),
  tarFile('blobs/a', Buffer.alloc(20_000, 'ab')),
);

describe('surveyArchive', () => {
  it.each([
    ['plain tar', sound],
    ['raw frames', encodeRawFrame(sound)],
    ['a frame with checksum', checkedFrame(sound)],
    ['a frame of unknown size', unsizedFrame(sound)],
    [
      'frames of each kind',
      Buffer.concat([encodeRawFrame(sound.subarray(0, 700)), checkedFrame(sound.subarray(700))]),
    ],
  ])('reads %s however the stream is cut', async (_name, bytes) => {
    for (const cut of [1, 7, 513, 1 << 20]) {
      const { container, entries } = await surveyBytes(cutEvery(bytes, cut));
      expect(container.problems).toEqual([]);
      expect(container).toMatchObject({
        size: bytes.length,
        tarSize: sound.length,
        endBlocks: 2,
        digest: digestOf(bytes),
      });
      expect(entries.map((entry) => entry.digest)).toEqual([
        digestOf('kind: x\n'),
        digestOf(Buffer.alloc(20_000, 'ab')),
      ]);
      expect(Buffer.from(entries[0]?.content ?? []).toString()).toBe('kind: x\n');
    }
  });

  it.each([
    ['raw frame', encodeRawFrame(tarOf(tarFile('a', 'x')))],
    ['checksummed frame', checkedFrame(tarOf(tarFile('a', 'x')))],
  ])('reports a %s that is cut at any byte', async (_name, bytes) => {
    for (let length = 4; length < bytes.length; length++)
      expect(await problemCodes(bytes.subarray(0, length))).toContain('ZSTD_TRUNCATED');
  });

  it('names no digest of the whole for what could not be read to its end', async () => {
    const { container } = await surveyBytes(encodeRawFrame(sound).subarray(0, -1));
    expect(container).not.toHaveProperty('digest');
  });

  it('notices any flipped bit', async () => {
    const bytes = encodeRawFrame(sound);
    const before = JSON.stringify((await surveyBytes(bytes)).entries);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4 * 8, max: bytes.length * 8 - 1 }), async (bit) => {
        const other = Buffer.from(bytes);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { container, entries } = await surveyBytes(other);
        expect(container.problems.length > 0 || JSON.stringify(entries) !== before).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  const frame = encodeRawFrame(sound);
  const patched = (at: number, byte: number, from: Buffer = Buffer.from(frame)) => {
    const copy = Buffer.from(from);
    copy[at] = byte;
    return copy;
  };
  const end = checkedFrame(sound).length - 1;
  const table = renderSeekTable([{ size: frame.length, contentSize: sound.length }]);
  it.each<[string, string, Uint8Array, Partial<ReadLimits>]>([
    ['trailing bytes', 'ZSTD_TRAILING_BYTES', Buffer.concat([frame, Buffer.from('garbage!')]), {}],
    ['a reserved bit', 'ZSTD_FRAME_INVALID', patched(4, 0xa8), {}],
    ['a reserved block type', 'ZSTD_FRAME_INVALID', patched(9, 0x07), {}],
    [
      'a dictionary',
      'ZSTD_DICTIONARY',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x21, 9, 1, 1, 0, 0]),
      {},
    ],
    ['a wide window', 'ZSTD_WINDOW_LIMIT', frame, { maxWindowBytes: 1024 }],
    ['a wrong content size', 'ZSTD_CONTENT_SIZE', patched(5, (frame[5] ?? 0) ^ 1), {}],
    [
      'a wrong checksum',
      'ZSTD_CHECKSUM',
      patched(end, (checkedFrame(sound)[end] ?? 0) ^ 1, checkedFrame(sound)),
      {},
    ],
    [
      'a lying seek table',
      'ZSTD_SEEK_TABLE',
      Buffer.concat([frame, renderSeekTable([{ size: 1, contentSize: 2 }])]),
      {},
    ],
    ['too many frames', 'LIMIT_FRAMES', Buffer.concat([frame, table]), { maxFrames: 1 }],
    [
      'a bomb',
      'LIMIT_EXPANSION',
      checkedFrame(tarOf(tarFile('z', Buffer.alloc(70 * 2 ** 20)))),
      { maxExpansion: 100 },
    ],
    ['a cut tar', 'TAR_TRUNCATED', sound.subarray(0, 600), {}],
    ['no end', 'TAR_END_MISSING', tarFile('a', 'x'), {}],
    ['data after the end', 'TAR_DATA_AFTER_END', tarOf(sound, tarFile('b', 'x')), {}],
    ['a wrong header checksum', 'TAR_HEADER_INVALID', patched(0, 0x41, sound), {}],
    [
      'a PAX size against the header',
      'TAR_PAX_CONFLICT',
      tarOf(paxHeader('10 size=1\n'), rawHeader('a', '0', 2), padded('xx')),
      {},
    ],
    [
      'a malformed PAX record',
      'TAR_PAX_INVALID',
      tarOf(paxHeader('99 size=1\n'), rawHeader('a', '0')),
      {},
    ],
    [
      'a global PAX path',
      'TAR_PAX_INVALID',
      tarOf(rawHeader('g', 'g', 10), padded('10 path=a\n'), rawHeader('a', '0')),
      {},
    ],
    ['a link', 'TAR_ENTRY_TYPE', tarOf(rawHeader('a', '2', 0, '/etc/x')), {}],
    ['..', 'TAR_NAME_INVALID', tarOf(rawHeader('../a', '0')), {}],
    ['an absolute name', 'TAR_NAME_INVALID', tarOf(rawHeader('/a', '0')), {}],
    ['a device name', 'TAR_NAME_INVALID', tarOf(rawHeader('b/NUL.txt', '0')), {}],
    ['a name that is not UTF-8', 'TAR_NAME_ENCODING', tarOf(rawHeader('a\xff', '0')), {}],
    ['a duplicate', 'TAR_NAME_DUPLICATE', tarOf(rawHeader('a', '0'), rawHeader('./a', '0')), {}],
    ['a case collision', 'TAR_NAME_CASE', tarOf(rawHeader('a', '0'), rawHeader('A', '0')), {}],
    [
      'a file as folder',
      'TAR_NAME_CONFLICT',
      tarOf(rawHeader('a', '0'), rawHeader('a/b', '0')),
      {},
    ],
    ['too many entries', 'LIMIT_ENTRIES', sound, { maxEntries: 1 }],
    ['a large entry', 'LIMIT_ENTRY_BYTES', sound, { maxEntryBytes: 10_000 }],
    ['a long name', 'LIMIT_NAME_BYTES', sound, { maxNameBytes: 3 }],
  ])('reports %s', async (_name, code, bytes, limits) => {
    expect(await problemCodes(bytes, limits)).toContain(code);
  });

  it('follows PAX where the header says nothing, and a seek table that agrees', async () => {
    const { entries, container } = await surveyBytes(
      tarOf(paxHeader('10 size=2\n'), rawHeader('a', '0'), padded('xx')),
    );
    expect(container.problems).toEqual([]);
    expect(entries[0]).toMatchObject({ size: 2, digest: digestOf('xx') });
    expect((await surveyBytes(Buffer.concat([frame, table]))).container).toMatchObject({
      seekTable: 'agrees',
      problems: [],
    });
  });

  it('refuses what is no archive', async () => {
    await expect(surveyBytes(new Uint8Array(0))).rejects.toMatchObject({ code: 'ARCHIVE_EMPTY' });
    await expect(surveyBytes(Buffer.from('hello'))).rejects.toMatchObject({
      code: 'ARCHIVE_UNRECOGNISED',
    });
  });
});
