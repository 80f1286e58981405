import { execFileSync } from 'node:child_process';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArchiveSource } from '../../ports/archive-source.ts';
import { MemoryArchiveSource } from '../memory/archive-source.ts';
import { FsArchiveSource } from './archive-source.ts';

const run = { signal: new AbortController().signal };
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-source-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Longer than two chunks, so that reading ahead and recycling are used. */
const long = Buffer.from(
  Array.from({ length: 9 * 2 ** 20 + 5 }, (_, index) => (index * 7 + (index >> 12)) & 0xff),
);
const files: Record<string, Uint8Array> = {
  'r/long.tar': long,
  'r/B.tar.zst': Buffer.from('bee'),
  'r/a.tar.zst': Buffer.from('archive'),
  'r/empty': new Uint8Array(0),
  'r/sub/x': Buffer.from('x'),
};

async function onDisk(): Promise<{ source: ArchiveSource; at: (path: string) => string }> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return {
    source: new FsArchiveSource({
      stdin: () => Readable.from([Buffer.from('from '), Buffer.from('stdin')]),
    }),
    at: (path) => join(folder, path),
  };
}
async function inMemory(): Promise<{ source: ArchiveSource; at: (path: string) => string }> {
  return { source: new MemoryArchiveSource({ ...files, '-': 'from stdin' }), at: (path) => path };
}
const joined = async (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(chunks));

describe.each([
  { name: 'on disk', make: onDisk },
  { name: 'in memory', make: inMemory },
])('an archive source $name', ({ make }) => {
  it('gives a file front to back, as often as it is asked, and by ranges', async () => {
    const { source, at } = await make();
    await using archive = await source.open(at('r/long.tar'), run);
    expect(archive).toMatchObject({
      location: at('r/long.tar'),
      fileName: 'long.tar',
      size: long.length,
    });
    expect((await joined(archive.chunks(run))).equals(long)).toBe(true);
    expect((await joined(archive.chunks(run))).equals(long)).toBe(true);
    expect(archive.ranges?.size).toBe(long.length);
    expect(Buffer.from((await archive.ranges?.read(4_194_300, 10)) ?? [])).toEqual(
      long.subarray(4_194_300, 4_194_310),
    );
    expect(Buffer.from((await archive.ranges?.read(long.length - 3, 10)) ?? [])).toEqual(
      long.subarray(-3),
    );
    expect(await archive.ranges?.read(long.length + 3, 10)).toHaveLength(0);
  });

  it('gives parts as one, across their ends, as often as it is asked, and by ranges', async () => {
    const { source, at } = await make();
    const order = ['r/long.tar', 'r/empty', 'r/a.tar.zst', 'r/long.tar'].map(at);
    const whole = Buffer.concat([long, Buffer.from('archive'), long]);
    await using archive = await source.openParts(at('r/whole.tar'), order, run);
    expect(archive).toMatchObject({ fileName: 'whole.tar', size: whole.length });
    expect((await joined(archive.chunks(run))).equals(whole)).toBe(true);
    expect((await joined(archive.chunks(run))).equals(whole)).toBe(true);
    const from = long.length - 3;
    expect(Buffer.from((await archive.ranges?.read(from, 13)) ?? [])).toEqual(
      whole.subarray(from, from + 13),
    );
    expect(await archive.ranges?.read(whole.length, 3)).toHaveLength(0);
  });

  it('names the part that is not there', async () => {
    const { source, at } = await make();
    await expect(
      source.openParts(at('r/whole.tar'), [at('r/a.tar.zst'), at('r/gone.part002')], run),
    ).rejects.toMatchObject({
      code: 'ARCHIVE_MISSING',
      message: expect.stringContaining('gone.part002'),
    });
  });

  it('reads an empty file', async () => {
    const { source, at } = await make();
    await using archive = await source.open(at('r/empty'), run);
    expect(await joined(archive.chunks(run))).toHaveLength(0);
  });

  it('gives standard input once, without name, size and ranges', async () => {
    const { source } = await make();
    await using archive = await source.open('-', run);
    expect(archive).toMatchObject({
      location: '-',
      fileName: undefined,
      size: undefined,
      ranges: undefined,
    });
    expect((await joined(archive.chunks(run))).toString()).toBe('from stdin');
    await expect(joined(archive.chunks(run))).rejects.toMatchObject({ code: 'ARCHIVE_UNREADABLE' });
    expect(await source.list('-', run).catch(() => undefined)).toBeUndefined();
    expect(await source.readSmall('-', 100, run)).toBeUndefined();
  });

  it('lists a folder bytewise, subfolders with a slash, and says when it is none', async () => {
    const { source, at } = await make();
    expect(await source.list(at('r'), run)).toEqual([
      'B.tar.zst',
      'a.tar.zst',
      'empty',
      'long.tar',
      'sub/',
    ]);
    expect(await source.list(at('r/a.tar.zst'), run)).toBeUndefined();
  });

  it('reads a small file, or says that there is none', async () => {
    const { source, at } = await make();
    expect(Buffer.from((await source.readSmall(at('r/a.tar.zst'), 7, run)) ?? []).toString()).toBe(
      'archive',
    );
    expect(await source.readSmall(at('r/nothing'), 7, run)).toBeUndefined();
    expect(await source.readSmall(at('r/a.tar.zst/below'), 7, run)).toBeUndefined();
  });

  it.each([
    { what: 'opening what is not there', act: 'open', path: 'r/nothing', code: 'ARCHIVE_MISSING' },
    { what: 'opening a folder', act: 'open', path: 'r', code: 'ARCHIVE_NOT_A_FILE' },
    { what: 'listing what is not there', act: 'list', path: 'nothing', code: 'ARCHIVE_MISSING' },
    {
      what: 'a small file that is larger',
      act: 'readSmall',
      path: 'r/long.tar',
      code: 'ARCHIVE_UNREADABLE',
    },
    {
      what: 'a small file that is a folder',
      act: 'readSmall',
      path: 'r/sub',
      code: 'ARCHIVE_UNREADABLE',
    },
  ] as const)('refuses $what: $code', async ({ act, path, code }) => {
    const { source, at } = await make();
    const done =
      act === 'open'
        ? source.open(at(path), run)
        : act === 'list'
          ? source.list(at(path), run)
          : source.readSmall(at(path), 5, run);
    await expect(done).rejects.toMatchObject({ code, exitCode: 3 });
  });

  it('stops when it is aborted', async () => {
    const { source, at } = await make();
    const controller = new AbortController();
    await using archive = await source.open(at('r/long.tar'), run);
    const reading = async () => {
      for await (const _ of archive.chunks({ signal: controller.signal }))
        controller.abort(new Error('enough'));
    };
    await expect(reading()).rejects.toThrow('enough');
  });

  it('gives every byte when chunks are given back as they were read', async () => {
    const { source, at } = await make();
    await using archive = await source.open(at('r/long.tar'), run);
    const parts: Buffer[] = [];
    const chunks = archive.chunks(run);
    for await (const chunk of chunks) {
      parts.push(Buffer.from(chunk));
      chunks.recycle?.(chunk);
      chunks.recycle?.(chunk); // twice is once
    }
    expect(Buffer.concat(parts).equals(long)).toBe(true);
  });
});

describe('FsArchiveSource', () => {
  it.each([
    { what: 'grew', act: async (path: string) => appendFile(path, 'more') },
    { what: 'shrank', act: async (path: string) => truncate(path, 100) },
    { what: 'was written to', act: async (path: string) => utimes(path, 1, 1) },
  ])('notices a file that $what while it was read', async ({ what, act }) => {
    const { source, at } = await onDisk();
    await using archive = await source.open(at('r/long.tar'), run);
    const reading = async () => {
      let first = true;
      for await (const _ of archive.chunks(run)) {
        if (first) await act(at('r/long.tar'));
        first = false;
      }
    };
    await expect(reading()).rejects.toMatchObject({
      code: 'ARCHIVE_CHANGED',
      message: expect.stringContaining(what),
    });
  });

  it('does not change what it reads, and lists a link to a folder as a name', async () => {
    const { source, at } = await onDisk();
    await symlink('.', at('r/loop'));
    expect(await source.list(at('r'), run)).toContain('loop');
    await expect(source.open(at('r/loop'), run)).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_A_FILE',
    });
    await symlink('a.tar.zst', at('r/link'));
    await using archive = await source.open(at('r/link'), run);
    expect((await joined(archive.chunks(run))).toString()).toBe('archive');
    expect(await readFile(at('r/a.tar.zst'), 'utf8')).toBe('archive');
  });

  it('does not wait on a pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const source: ArchiveSource = new FsArchiveSource();
    await expect(source.open(join(folder, 'pipe'), run)).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_A_FILE',
    });
    await expect(source.readSmall(join(folder, 'pipe'), 5, run)).rejects.toMatchObject({
      code: 'ARCHIVE_UNREADABLE',
    });
  });

  it('ends at once when aborted while standard input says nothing', async () => {
    const controller = new AbortController();
    const silent = new Readable({ read: () => undefined });
    const source: ArchiveSource = new FsArchiveSource({ stdin: () => silent });
    await using archive = await source.open('-', run);
    const reading = joined(archive.chunks({ signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
});
