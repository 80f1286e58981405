import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { inProcessCompute } from './compute-in-process.ts';
import { encodeRawFrame } from './raw-frame.ts';
import { defaultReadLimits, type ReadLimits } from './read-limits.ts';
import { renderSeekTable } from './seek-table-write.ts';
import { surveyArchive } from './survey-archive.ts';
import { tarEnd, tarHeader, tarPaddingBytes } from './tar-writer.ts';

const run = { signal: new AbortController().signal };

async function survey(bytes: Uint8Array, limits: Partial<ReadLimits> = {}, cut = 1 << 20) {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += cut) yield bytes.subarray(at, at + cut);
  }
  return surveyArchive(
    { chunks: chunks() },
    { ...defaultReadLimits, ...limits },
    { wholeDigest: true },
    inProcessCompute(),
    run,
  );
}
const codes = async (bytes: Uint8Array, limits: Partial<ReadLimits> = {}) =>
  (await survey(bytes, limits)).container.problems.map((problem) => problem.code);

function file(name: string, content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([
    tarHeader({ type: 'file', name, mode: 0o644, size: bytes.length }),
    bytes,
    Buffer.alloc(tarPaddingBytes(bytes.length)),
  ]);
}
/** A header of any spelling, for what our writer refuses to write. */
function raw(name: string, flag: string, size = 0, link = ''): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 'latin1');
  block.write('0000644\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write(flag, 156);
  block.write(link, 157);
  block.write('ustar\x0000', 257);
  block.fill(' ', 148, 156);
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return block;
}
const padded = (text: string) =>
  Buffer.concat([Buffer.from(text), Buffer.alloc(tarPaddingBytes(text.length))]);
const pax = (records: string) => Buffer.concat([raw('x', 'x', records.length), padded(records)]);
const tar = (...parts: Uint8Array[]) => Buffer.concat([...parts, tarEnd()]);
const sound = tar(file('zarf.yaml', 'kind: x\n'), file('blobs/a', Buffer.alloc(20_000, 'ab')));
const checked = (bytes: Uint8Array) =>
  zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_checksumFlag]: 1 },
    pledgedSrcSize: bytes.length,
  });

describe('surveyArchive', () => {
  it.each([
    ['plain tar', sound],
    ['raw frames', encodeRawFrame(sound)],
    ['a frame with checksum', checked(sound)],
    [
      'a frame of unknown size',
      zstdCompressSync(sound, { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } }),
    ],
    [
      'frames of each kind',
      Buffer.concat([encodeRawFrame(sound.subarray(0, 700)), checked(sound.subarray(700))]),
    ],
  ])('reads %s however the stream is cut', async (_name, bytes) => {
    for (const cut of [1, 7, 513, 1 << 20]) {
      const { container, entries } = await survey(bytes, {}, cut);
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
    ['raw frame', encodeRawFrame(tar(file('a', 'x')))],
    ['checksummed frame', checked(tar(file('a', 'x')))],
  ])('reports a %s that is cut at any byte', async (_name, bytes) => {
    for (let length = 4; length < bytes.length; length++)
      expect(await codes(bytes.subarray(0, length))).toContain('ZSTD_TRUNCATED');
  });

  it('names no digest of the whole for what could not be read to its end', async () => {
    const { container } = await survey(encodeRawFrame(sound).subarray(0, -1));
    expect(container).not.toHaveProperty('digest');
  });

  it('notices any flipped bit', async () => {
    const bytes = encodeRawFrame(sound);
    const before = JSON.stringify((await survey(bytes)).entries);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4 * 8, max: bytes.length * 8 - 1 }), async (bit) => {
        const other = Buffer.from(bytes);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { container, entries } = await survey(other);
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
  const end = checked(sound).length - 1;
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
      patched(end, (checked(sound)[end] ?? 0) ^ 1, checked(sound)),
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
      checked(tar(file('z', Buffer.alloc(70 * 2 ** 20)))),
      { maxExpansion: 100 },
    ],
    ['a cut tar', 'TAR_TRUNCATED', sound.subarray(0, 600), {}],
    ['no end', 'TAR_END_MISSING', file('a', 'x'), {}],
    ['data after the end', 'TAR_DATA_AFTER_END', tar(sound, file('b', 'x')), {}],
    ['a wrong header checksum', 'TAR_HEADER_INVALID', patched(0, 0x41, sound), {}],
    [
      'a PAX size against the header',
      'TAR_PAX_CONFLICT',
      tar(pax('10 size=1\n'), raw('a', '0', 2), padded('xx')),
      {},
    ],
    ['a malformed PAX record', 'TAR_PAX_INVALID', tar(pax('99 size=1\n'), raw('a', '0')), {}],
    [
      'a global PAX path',
      'TAR_PAX_INVALID',
      tar(raw('g', 'g', 10), padded('10 path=a\n'), raw('a', '0')),
      {},
    ],
    ['a link', 'TAR_ENTRY_TYPE', tar(raw('a', '2', 0, '/etc/x')), {}],
    ['..', 'TAR_NAME_INVALID', tar(raw('../a', '0')), {}],
    ['an absolute name', 'TAR_NAME_INVALID', tar(raw('/a', '0')), {}],
    ['a device name', 'TAR_NAME_INVALID', tar(raw('b/NUL.txt', '0')), {}],
    ['a name that is not UTF-8', 'TAR_NAME_ENCODING', tar(raw('a\xff', '0')), {}],
    ['a duplicate', 'TAR_NAME_DUPLICATE', tar(raw('a', '0'), raw('./a', '0')), {}],
    ['a case collision', 'TAR_NAME_CASE', tar(raw('a', '0'), raw('A', '0')), {}],
    ['a file as folder', 'TAR_NAME_CONFLICT', tar(raw('a', '0'), raw('a/b', '0')), {}],
    ['too many entries', 'LIMIT_ENTRIES', sound, { maxEntries: 1 }],
    ['a large entry', 'LIMIT_ENTRY_BYTES', sound, { maxEntryBytes: 10_000 }],
    ['a long name', 'LIMIT_NAME_BYTES', sound, { maxNameBytes: 3 }],
  ])('reports %s', async (_name, code, bytes, limits) => {
    expect(await codes(bytes, limits)).toContain(code);
  });

  it('follows PAX where the header says nothing, and a seek table that agrees', async () => {
    const { entries, container } = await survey(
      tar(pax('10 size=2\n'), raw('a', '0'), padded('xx')),
    );
    expect(container.problems).toEqual([]);
    expect(entries[0]).toMatchObject({ size: 2, digest: digestOf('xx') });
    expect((await survey(Buffer.concat([frame, table]))).container).toMatchObject({
      seekTable: 'agrees',
      problems: [],
    });
  });

  it('refuses what is no archive', async () => {
    await expect(survey(new Uint8Array(0))).rejects.toMatchObject({ code: 'ARCHIVE_EMPTY' });
    await expect(survey(Buffer.from('hello'))).rejects.toMatchObject({
      code: 'ARCHIVE_UNRECOGNISED',
    });
  });
});
