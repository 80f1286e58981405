import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveOf, noise, prose } from '../../test/support/sample-package.ts';
import { digestOf } from '../oci/digest.ts';
import type { ArchiveFile } from './archive-file.ts';
import { inProcessCompute } from './compute-in-process.ts';
import { type CopySource, openCopySource } from './copy-archive.ts';
import { defaultReadLimits } from './read-limits.ts';
import { renderSeekTable } from './seek-table-write.ts';
import { tarEnd, tarHeader, tarPaddingBytes } from './tar-writer.ts';

const run = { signal: new AbortController().signal };

function file(name: string, content: Uint8Array): ArchiveFile & { readonly content: Uint8Array } {
  return {
    name,
    mode: 0o640,
    content,
    digest: digestOf(content),
    size: content.length,
    async *open() {
      yield content;
    },
  };
}

const files = [
  file('zarf.yaml', Buffer.from('kind: x\n')),
  file('empty', new Uint8Array()),
  file('small/a', prose(5000)),
  file('small/b', noise(100_000)),
  file('large/text', prose(9 * 2 ** 20)),
  file('large/noise', noise(500_001)),
];

function open(bytes: Uint8Array): Promise<CopySource> {
  const input = {
    ranges: {
      size: bytes.length,
      read: async (offset: number, length: number) =>
        Uint8Array.from(bytes.subarray(offset, offset + length)),
    },
    async *chunks() {
      for (let at = 0; at < bytes.length; at += 70_001) yield bytes.subarray(at, at + 70_001);
    },
  };
  return openCopySource(
    input,
    { limits: defaultReadLimits, compute: inProcessCompute(), keep: ['zarf.yaml'] },
    run,
  );
}

const tar = () => archiveOf(files, 'none');
/** As other programs might cut: each content a frame of its own, whatever its size, with checksums. */
async function otherCuts(): Promise<Buffer> {
  const frames: Buffer[] = [];
  const add = (content: Uint8Array) =>
    frames.push(zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }));
  const sizes: number[] = [];
  for (const each of files) {
    for (const part of [
      tarHeader({ type: 'file', ...each }),
      Buffer.concat([each.content, new Uint8Array(tarPaddingBytes(each.size))]),
    ]) {
      if (part.length === 0) continue;
      add(part);
      sizes.push(part.length);
    }
  }
  add(tarEnd());
  sizes.push(1024);
  return Buffer.concat([
    ...frames,
    renderSeekTable(
      frames.map(({ length }, index) => ({ size: length, contentSize: sizes[index] ?? 0 })),
    ),
  ]);
}
/** Cuts that are nowhere at the edge of a content. */
async function badCuts(): Promise<Buffer> {
  const bytes = await tar();
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 1_000_001)
    parts.push(bytes.subarray(at, at + 1_000_001));
  const frames = parts.map((part) => zstdCompressSync(part));
  return Buffer.concat([
    ...frames,
    renderSeekTable(
      frames.map(({ length }, index) => ({ size: length, contentSize: parts[index]?.length ?? 0 })),
    ),
  ]);
}

describe.each([
  {
    what: 'an archive of ours',
    make: () => archiveOf(files),
    copied: ['large/text', 'large/noise'],
  },
  { what: 'a plain tar', make: tar, copied: [] },
  {
    what: 'one frame of another encoder',
    make: async () => zstdCompressSync(await tar()),
    copied: [],
  },
  {
    what: 'frames cut at contents by another encoder',
    make: otherCuts,
    copied: ['large/text', 'large/noise'],
  },
  { what: 'frames cut anywhere', make: badCuts, copied: [] },
])('copying from $what', ({ make, copied }) => {
  it('lists every file, keeps what is asked for, and knows what can be copied', async () => {
    await using source = await open(await make());
    expect(source.files.map(({ name, mode, size }) => ({ name, mode, size }))).toEqual(
      files.map(({ name, mode, size }) => ({ name, mode, size })),
    );
    expect([...source.kept.keys()]).toEqual(['zarf.yaml']);
    expect(
      source.files.filter(({ existing }) => existing !== undefined).map(({ name }) => name),
    ).toEqual(copied);
  });

  it('gives every content, also when they are asked for at once', async () => {
    await using source = await open(await make());
    const read = await Promise.all(
      source.files.map(async (each) => Buffer.concat(await Array.fromAsync(each.open(run)))),
    );
    for (const [index, { name, content }] of files.entries())
      expect(read[index]?.equals(content), name).toBe(true);
  });

  it('writes an archive whose tar is the same', async () => {
    await using source = await open(await make());
    const again = source.files.map((each, index) => ({
      ...each,
      digest: files[index]?.digest ?? digestOf(''),
    }));
    expect((await archiveOf(again, 'none')).equals(await tar())).toBe(true);
    await using second = await open(await make());
    const framed = second.files.map((each, index) => ({
      ...each,
      digest: files[index]?.digest ?? digestOf(''),
    }));
    const archive = await archiveOf(framed);
    await using third = await open(archive);
    expect(third.files.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
  });
});

describe('what cannot be read without a doubt is not copied', () => {
  const lying = async (
    change: (frames: { size: number; contentSize: number }[]) => void,
  ): Promise<Buffer> => {
    const bytes = await tar();
    const parts = [bytes.subarray(0, 200_000), bytes.subarray(200_000)];
    const frames = parts.map((part) => zstdCompressSync(part));
    const table = frames.map(({ length }, index) => ({
      size: length,
      contentSize: parts[index]?.length ?? 0,
    }));
    change(table);
    return Buffer.concat([...frames, renderSeekTable(table)]);
  };
  const tarOf =
    (...parts: readonly Uint8Array[]) =>
    async () =>
      Buffer.concat([...parts, tarEnd()]);
  const header = (name: string, size = 0) => tarHeader({ type: 'file', name, mode: 0o644, size });
  const link = tarHeader({ type: 'symlink', name: 'l', mode: 0o777, size: 0, linkTarget: 'a' });

  it.each([
    {
      what: 'a table that cuts elsewhere',
      make: () =>
        lying((frames) => {
          for (const [index, frame] of frames.entries()) frame.size += index === 0 ? 1 : -1;
        }),
      code: 'ZSTD_SEEK_TABLE',
    },
    {
      what: 'a table that lies about contents',
      make: () =>
        lying((frames) => {
          for (const [index, frame] of frames.entries())
            frame.contentSize += index === 0 ? 512 : -512;
        }),
      code: 'ZSTD_SEEK_TABLE',
    },
    {
      what: 'two files of one name',
      make: tarOf(header('a'), header('a')),
      code: 'TAR_NAME_DUPLICATE',
    },
    {
      what: 'two spellings of one name',
      make: tarOf(header('a'), header('./a')),
      code: 'TAR_NAME_DUPLICATE',
    },
    {
      what: 'names that differ in case',
      make: tarOf(header('a'), header('A')),
      code: 'TAR_NAME_CASE',
    },
    { what: 'a link', make: tarOf(link), code: 'TAR_ENTRY_TYPE' },
    { what: 'a content that is cut', make: async () => header('a', 10_000), code: 'TAR_TRUNCATED' },
    {
      what: 'a large content that is cut',
      make: async () => Buffer.concat([header('a', 1_000_000), new Uint8Array(5000)]),
      code: 'TAR_TRUNCATED',
    },
    { what: 'no end', make: async () => Buffer.from(header('a')), code: 'TAR_END_MISSING' },
    {
      what: 'a cut frame',
      make: async () => zstdCompressSync(await tar()).subarray(0, 3000),
      code: 'ZSTD_TRUNCATED',
    },
    { what: 'nothing', make: async () => Buffer.alloc(0), code: 'ARCHIVE_EMPTY' },
    { what: 'text', make: async () => Buffer.from('hello'), code: 'ARCHIVE_UNRECOGNISED' },
  ])('$what: $code', async ({ make, code }) => {
    await expect(open(await make())).rejects.toMatchObject({ code });
  });
});
