import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { noiseBytes, skippableFrame, tarFile, tarOf } from '../../test/support/tar-bytes.ts';
import { digestOf } from '../oci/digest.ts';
import type { ArchiveFile } from './archive-file.ts';
import type { RandomAccess } from './byte-sink.ts';
import { inProcessCompute } from './compute-in-process.ts';
import { encodeRawFrame } from './raw-frame.ts';
import { readLeadingEntries } from './read-leading-entries.ts';
import { defaultReadLimits } from './read-limits.ts';
import { renderSeekTable } from './seek-table-write.ts';
import { surveyArchive } from './survey-archive.ts';
import { writeArchive } from './write-archive.ts';

const run = { signal: new AbortController().signal };
const compute = inProcessCompute();

const contents: Readonly<Record<string, Uint8Array>> = {
  'zarf.yaml': Buffer.from('kind: ZarfPackageConfig\n'),
  'checksums.txt': Buffer.from('x'.repeat(300_000)),
  'images/index.json': Buffer.from('{}'),
  'images/blobs/sha256/big': noiseBytes(20 * 2 ** 20),
  'images/blobs/sha256/small': noiseBytes(1000),
  'components/text.tar': Buffer.from('again and again '.repeat(2 ** 18)),
  'last.yaml': Buffer.from('end: true\n'),
};

async function written(compression: 'zstd' | 'none'): Promise<Buffer> {
  const files: ArchiveFile[] = Object.entries(contents).map(([name, bytes]) => ({
    name,
    mode: 0o644,
    size: bytes.length,
    digest: digestOf(bytes),
    async *open() {
      yield bytes;
    },
  }));
  const pieces: Buffer[] = [];
  await writeArchive(
    files,
    { write: async (given) => void pieces.push(...given.map((piece) => Buffer.from(piece))) },
    { compute, wholeDigest: false, compression },
    run,
  );
  return Buffer.concat(pieces);
}

function access(bytes: Buffer): RandomAccess & { read: RandomAccess['read']; total: () => number } {
  let total = 0;
  return {
    size: bytes.length,
    total: () => total,
    read: async (offset, length) => {
      const piece = bytes.subarray(offset, offset + length);
      total += piece.length;
      return piece;
    },
  };
}
const read = (bytes: Buffer, limits = defaultReadLimits) =>
  readLeadingEntries(access(bytes), limits, compute, run);
async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe('readLeadingEntries', () => {
  it.each(['zstd', 'none'] as const)(
    'lists what a survey finds (%s), without the large contents',
    async (compression) => {
      const bytes = await written(compression);
      const archive = access(bytes);
      const listed = await readLeadingEntries(archive, defaultReadLimits, compute, run);
      const surveyed = await surveyArchive(
        { chunks: whole(bytes) },
        defaultReadLimits,
        { wholeDigest: false },
        compute,
        run,
      );
      const skipped = ['images/blobs/sha256/big', 'components/text.tar'];
      const expected = surveyed.entries.map(({ digest, head, content, ...entry }) =>
        skipped.includes(entry.name)
          ? entry
          : {
              ...entry,
              ...(digest && { digest }),
              ...(head && { head }),
              ...(content && { content }),
            },
      );
      expect(isDeepStrictEqual(listed?.entries, expected)).toBe(true);
      expect(listed?.container).toEqual({
        ...surveyed.container,
        framesWithoutChecksum: 0,
        unproven: true,
      });
      expect(archive.total()).toBeLessThan(2 ** 20);
    },
  );

  it('reads larger files where they are asked for', async () => {
    const bytes = await written('zstd');
    const listed = await readLeadingEntries(access(bytes), defaultReadLimits, compute, run, {
      wants: ({ path }) => path === 'components/text.tar',
    });
    const digests = Object.fromEntries(
      listed?.entries.map((entry) => [entry.name, entry.digest]) ?? [],
    );
    expect(digests['components/text.tar']).toBe(digestOf(contents['components/text.tar'] ?? ''));
    expect(digests['checksums.txt']).toBeUndefined();
  });

  const tar = tarOf(tarFile('a', 'one'), tarFile('b', noiseBytes(300_000)));
  const [first, second] = [tar.subarray(0, 2048), tar.subarray(2048)];
  const frames = [encodeRawFrame(first), encodeRawFrame(second)];
  const sizes = [first, second].map((part, index) => ({
    size: frames[index]?.length ?? 0,
    contentSize: part.length,
  }));
  const [one, two] = sizes;
  const table = (listed: readonly { size: number; contentSize: number }[]) =>
    Buffer.concat([...frames, renderSeekTable(listed)]);
  const edited = (at: number, byte: number) => {
    const copy = table(sizes);
    copy[at < 0 ? copy.length + at : at] = byte;
    return copy;
  };
  if (one === undefined || two === undefined) throw new Error('two frames');

  it('takes the archive that the cases below damage', async () => {
    expect((await read(table(sizes)))?.entries.map((entry) => entry.name)).toEqual(['a', 'b']);
  });

  it.each([
    { what: 'no table', bytes: Buffer.concat(frames) },
    { what: 'a table of another length', bytes: table([...sizes, one]) },
    { what: 'sizes that do not add up', bytes: table([one, { ...two, size: two.size + 1 }]) },
    {
      what: 'a shifted frame boundary',
      bytes: table([
        { ...one, size: one.size + 1 },
        { ...two, size: two.size - 1 },
      ]),
    },
    {
      what: 'a shifted content boundary',
      bytes: table([
        { ...one, contentSize: one.contentSize + 512 },
        { ...two, contentSize: two.contentSize - 512 },
      ]),
    },
    {
      what: 'a frame with less content than listed',
      bytes: table([one, { ...two, contentSize: two.contentSize + 512 }]),
    },
    {
      what: 'two frames listed as one',
      bytes: table([{ size: one.size + two.size, contentSize: one.contentSize + two.contentSize }]),
    },
    {
      what: 'a frame larger than is decoded',
      bytes: table([one, { ...two, contentSize: 2 ** 25 }]),
    },
    { what: 'a reserved bit in the table', bytes: edited(-5, 0x40) },
    { what: 'another magic at the end', bytes: edited(-1, 0) },
    {
      what: 'a table that is no skippable frame',
      bytes: edited((frames[0]?.length ?? 0) + (frames[1]?.length ?? 0), 0),
    },
    { what: 'a damaged header frame', bytes: edited(600, 0xff) },
    { what: 'bytes behind the table', bytes: Buffer.concat([table(sizes), Buffer.from([0])]) },
    {
      what: 'a skippable frame that the table does not know',
      bytes: Buffer.concat([
        frames[0] ?? first,
        skippableFrame(Buffer.alloc(4)),
        frames[1] ?? first,
        renderSeekTable(sizes),
      ]),
    },
    { what: 'a plain tar that is cut', bytes: tar.subarray(0, tar.length - 200_000) },
    { what: 'data behind the end of a plain tar', bytes: Buffer.concat([tar, tarFile('c', 'x')]) },
  ])('leaves an archive with $what to the survey', async ({ bytes }) => {
    expect(await read(bytes)).toBeUndefined();
  });

  it('refuses what is no archive', async () => {
    await expect(read(Buffer.alloc(0))).rejects.toMatchObject({ code: 'ARCHIVE_EMPTY' });
    await expect(read(Buffer.from('text'))).rejects.toMatchObject({ code: 'ARCHIVE_UNRECOGNISED' });
  });
});
