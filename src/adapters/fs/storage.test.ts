import { execFileSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { digestOf, hexOf } from '../../oci/digest.ts';
import { OciError } from '../../oci/oci-error.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import { MemoryBlobStore } from '../memory/blob-store.ts';
import { workerCompute } from '../worker/worker-compute.ts';
import { FsBlobStore } from './blob-store.ts';
import { defaultCacheDir, sizeOnDisk } from './cache-dir.ts';
import { FsFrameStore } from './frame-store.ts';
import { writeFailure } from './fs-errors.ts';
import { FsOutputFolder } from './output-folder.ts';
import { FsWorkspace } from './workspace.ts';

const run = { signal: new AbortController().signal };
let folder = '';
const threads = workerCompute({ workers: 2 });
afterAll(() => threads[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-storage-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
const text = async (content: AsyncIterable<Uint8Array>) =>
  Buffer.concat(await Array.fromAsync(content)).toString();

describe.each([
  { name: 'on disk', make: (): BlobStore => new FsBlobStore(join(folder, 'blobs')) },
  {
    name: 'on disk, hashed by threads',
    make: (): BlobStore => new FsBlobStore(join(folder, 'blobs'), threads),
  },
  { name: 'in memory', make: (): BlobStore => new MemoryBlobStore() },
])('a blob store $name', ({ make }) => {
  const digest = digestOf('hello world');

  it('gives back what was put, under its digest', async () => {
    const store = make();
    expect(await store.find(digest)).toBeUndefined();
    expect(await store.put(chunks('hello ', 'world'), { digest, size: 11 }, run)).toEqual({
      digest,
      size: 11,
    });
    expect(await store.find(digest)).toBe(11);
    expect(await text(store.open(digest, run))).toBe('hello world');
  });

  it.each([
    {
      what: 'another digest',
      expected: { digest: digestOf('other') },
      code: 'OCI_DIGEST_MISMATCH',
    },
    { what: 'fewer bytes', expected: { size: 10 }, code: 'OCI_SIZE_MISMATCH' },
    { what: 'more bytes', expected: { size: 12 }, code: 'OCI_SIZE_MISMATCH' },
  ])('refuses content promised with $what, and keeps nothing', async ({ expected, code }) => {
    const store = make();
    await expect(store.put(chunks('hello world'), expected, run)).rejects.toMatchObject({ code });
    expect(await store.find(digest)).toBeUndefined();
  });

  it('says so when it does not hold a blob', async () => {
    await expect(text(make().open(digest, run))).rejects.toMatchObject({ code: 'BLOB_MISSING' });
  });
});

describe('content that is long in coming', () => {
  const whole = 'x'.repeat(1000);
  const digest = digestOf(whole);
  const incoming = (): Promise<string[]> => readdir(join(folder, 'blobs', 'incoming'));
  /** Gives everything from the offset, or breaks off. */
  const from = (asked: number[], content = whole, breaksAt = content.length) =>
    async function* (offset: number): AsyncGenerator<Uint8Array> {
      asked.push(offset);
      yield Buffer.from(content.slice(offset, breaksAt));
      if (breaksAt < content.length) throw new Error('broken');
    };
  const put = (openAt: (offset: number) => AsyncIterable<Uint8Array>, size = 1000) =>
    new FsBlobStore(join(folder, 'blobs')).putResumed(openAt, { digest, size }, run);

  it('goes on where it ended, and is whole', async () => {
    const asked: number[] = [];
    await expect(put(from(asked, whole, 400))).rejects.toThrow('broken');
    await expect(put(from(asked, whole, 700))).rejects.toThrow('broken');
    expect(await put(from(asked))).toEqual({ digest, size: 1000 });
    expect(asked).toEqual([0, 400, 700]);
    expect(await incoming()).toEqual([]);
  });

  it('goes on with what a killed process left, not with what another one writes', async () => {
    const asked: number[] = [];
    await put(from(asked, whole, 300)).catch(() => undefined);
    const [left = ''] = await incoming();
    const path = join(folder, 'blobs', 'incoming');
    // The first process of a machine runs as long as the machine.
    await rename(join(path, left), join(path, left.replace('.0.', '.1.')));
    await put(from(asked));
    expect(asked).toEqual([0, 0]);
  });

  it('begins anew where what was left is damaged', async () => {
    const asked: number[] = [];
    await put(from(asked, whole, 300)).catch(() => undefined);
    const [left = ''] = await incoming();
    await writeFile(join(folder, 'blobs', 'incoming', left), 'y'.repeat(300));
    expect(await put(from(asked))).toEqual({ digest, size: 1000 });
    expect(asked).toEqual([0, 300, 0]);
  });

  it.each([
    [
      'its source calls wrong',
      new OciError('OCI_DOCUMENT_INVALID', 'another one'),
      'OCI_DOCUMENT_INVALID',
    ],
    ['has no room on the disk', Object.assign(new Error('no'), { code: 'ENOSPC' }), 'DISK_FULL'],
  ])('leaves nothing of what %s', async (_what, error, code) => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(whole.slice(0, 300));
      throw error;
    };
    await expect(put(broken)).rejects.toMatchObject({ code });
    expect(await incoming()).toEqual([]);
  });

  it.each([
    ['other bytes', 'OCI_DIGEST_MISMATCH', 'y'.repeat(1000)],
    ['too many bytes', 'OCI_SIZE_MISMATCH', `${whole}x`],
  ])('leaves nothing of %s', async (_name, code, content) => {
    await expect(put(from([], content))).rejects.toMatchObject({ code });
    expect(await incoming()).toEqual([]);
  });
});

describe('FsBlobStore', () => {
  it('finds damage on disk when reading, removes the blob and leaves no temporary file', async () => {
    const store = new FsBlobStore(folder);
    const { digest } = await store.put(chunks('hello'), {}, run);
    const hex = hexOf(digest);
    await writeFile(join(folder, 'sha256', hex.slice(0, 2), hex), 'hallo');
    await expect(text(store.open(digest, run))).rejects.toMatchObject({
      code: 'OCI_DIGEST_MISMATCH',
    });
    expect(await store.find(digest)).toBeUndefined();
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('says which folder cannot be used, and what to do, where the cache has no place', async () => {
    await writeFile(join(folder, 'file'), '');
    const place = join(folder, 'file', 'blobs');
    const store = new FsBlobStore(place);
    const frames = new FsFrameStore(place);
    const digest = digestOf('hello');
    for (const use of [
      () => store.find(digest),
      () => store.put(chunks('hello'), { digest }, run),
      () => store.putResumed(() => chunks('hello'), { digest }, run),
      () => frames.open('abc', run),
      () => frames.record('abc', run),
    ])
      await expect(use()).rejects.toMatchObject({
        code: 'OUTPUT_NOT_WRITABLE',
        exitCode: 4,
        message: `${place} cannot be written (ENOTDIR)`,
        suggestions: [expect.stringContaining('--cache-dir')],
      });
  });
});

describe('the caches', () => {
  // A process that is certainly gone: it ended before this line.
  const dead = Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));

  it('forget content that a killed run left half-written, not what others write now', async () => {
    const incoming = join(folder, 'incoming');
    await mkdir(incoming);
    const mine = `${process.pid}.0123456789abcdef`;
    for (const name of [mine, `${dead}.0123456789abcdef`, 'notes'])
      await writeFile(join(incoming, name), 'half');
    await new FsBlobStore(folder).put(chunks('hello'), {}, run);
    expect((await readdir(incoming)).sort()).toEqual([mine, 'notes']);
  });

  it('forget frames that a killed run left half-written', async () => {
    const shard = join(folder, 'ab');
    await mkdir(shard);
    for (const name of [`abc.${dead}.01234567.partial`, `abc.${process.pid}.01234567.partial`])
      await writeFile(join(shard, name), 'half');
    await using recorder = await new FsFrameStore(folder).record('abd', run);
    await recorder.commit();
    expect((await readdir(shard)).sort()).toEqual([`abc.${process.pid}.01234567.partial`, 'abd']);
  });
});

describe('FsOutputFolder', () => {
  it('shows a file only once it is committed', async () => {
    const output = new FsOutputFolder(join(folder, 'out'));
    await using file = await output.create('a.tar');
    await file.write([Buffer.from('one'), Buffer.alloc(0), Buffer.from('two')]);
    expect(await output.list()).toEqual([]);
    await file.commit();
    expect(await output.list()).toEqual(['a.tar']);
    expect(await readFile(output.pathOf('a.tar'), 'utf8')).toBe('onetwo');
  });

  it('leaves nothing when it was not committed, and an older file as it was', async () => {
    const output = new FsOutputFolder(folder);
    await writeFile(join(folder, 'a.tar'), 'old');
    {
      await using file = await output.create('a.tar');
      await file.write([Buffer.from('new')]);
    }
    expect(await readdir(folder)).toEqual(['a.tar']);
    expect(await readFile(join(folder, 'a.tar'), 'utf8')).toBe('old');
  });

  it('removes what a killed run left, and nothing of a running one', async () => {
    const dead = Number(
      execFileSync(process.execPath, ['-e', 'process.stdout.write(String(process.pid))']),
    );
    const mine = `.a.tar.${process.pid}.00000001.partial`;
    await writeFile(join(folder, `.a.tar.${dead}.00000000.partial`), '');
    await writeFile(join(folder, mine), '');
    {
      await using _file = await new FsOutputFolder(folder).create('b.tar');
    }
    expect(await readdir(folder)).toEqual([mine]);
  });

  it.each([
    { code: 'ENOSPC', expected: 'DISK_FULL' },
    { code: 'EROFS', expected: 'OUTPUT_NOT_WRITABLE' },
    // What a read-only disk says where folders are to be made.
    { code: 'ENOENT', expected: 'OUTPUT_NOT_WRITABLE' },
    { code: 'ENAMETOOLONG', expected: 'OUTPUT_NOT_WRITABLE' },
    { code: 'EIO', expected: 'OUTPUT_NOT_WRITABLE' },
    { code: 'EACCES', expected: 'OUTPUT_NOT_WRITABLE' },
  ])('words $code as $expected', ({ code, expected }) => {
    const failure = writeFailure('out', Object.assign(new Error(code), { code }));
    expect(failure).toMatchObject({ code: expected, exitCode: 4 });
  });

  it('reports a target that is no folder', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(new FsOutputFolder(join(folder, 'file')).create('a')).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
    });
  });

  it('writes all of it where the disk takes a part at a time', async () => {
    await using file = await new FsOutputFolder(folder).create('a.tar');
    const probe = await open(join(folder, 'probe'), 'w');
    const handles = Object.getPrototypeOf(probe) as FileHandle;
    await probe.close();
    type Write = (bytes: Uint8Array, offset: number, length: number) => Promise<unknown>;
    const write = handles.write as Write;
    const narrow = function (this: FileHandle, bytes: Uint8Array, offset: number, length: number) {
      return write.call(this, bytes, offset, Math.min(2, length));
    };
    const spy = vi.spyOn(handles, 'write').mockImplementation(narrow as FileHandle['write']);
    try {
      await file.write([Buffer.from('abcd'), Buffer.from('ef')]);
    } finally {
      spy.mockRestore();
    }
    await file.commit();
    expect(await readFile(join(folder, 'a.tar'), 'utf8')).toBe('abcdef');
  });

  it.each([
    {
      name: 'that grew behind its back',
      meddle: async (path: string) => appendFile(path, 'more'),
    },
    {
      name: 'that another one took the place of',
      meddle: async (path: string) => {
        await rename(path, `${path}.aside`);
        await writeFile(path, 'abc');
      },
    },
  ])('gives no name to a file $name', async ({ meddle }) => {
    const output = new FsOutputFolder(folder);
    await using file = await output.create('a.tar');
    await file.write([Buffer.from('abc')]);
    await meddle(file.temporaryPath);
    await expect(file.commit()).rejects.toMatchObject({ code: 'OUTPUT_CHANGED' });
    expect(await output.list()).not.toContain('a.tar');
  });

  it('reads a small file again, none that is not there, and no larger one than asked for', async () => {
    const output = new FsOutputFolder(folder);
    await writeFile(join(folder, 'report.json'), '{}');
    expect(await output.read('report.json', 2)).toEqual(Buffer.from('{}'));
    expect(await output.read('other.json', 2)).toBeUndefined();
    await expect(output.read('report.json', 1)).rejects.toMatchObject({
      code: 'OUTPUT_NOT_READABLE',
    });
  });
});

describe('FsFrameStore', () => {
  const frame = { bytes: Buffer.from('frame'), contentSize: 50 };

  it('gives back frames in order once they are committed', async () => {
    const store = new FsFrameStore(folder);
    await using recorder = await store.record('key', run);
    await recorder.add(frame);
    await recorder.add({ bytes: Buffer.from('next'), contentSize: 7 });
    expect(await store.open('key', run)).toBeUndefined();
    await recorder.commit();
    const frames = await Array.fromAsync((await store.open('key', run)) ?? []);
    expect(frames.map((f) => [Buffer.from(f.bytes).toString(), f.contentSize])).toEqual([
      ['frame', 50],
      ['next', 7],
    ]);
  });

  it('drops an entry that is damaged', async () => {
    const store = new FsFrameStore(folder);
    await using recorder = await store.record('key', run);
    await recorder.add(frame);
    await recorder.commit();
    const path = join(folder, 'ke', 'key');
    const bytes = await readFile(path);
    bytes[50] = (bytes[50] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(Array.fromAsync((await store.open('key', run)) ?? [])).rejects.toMatchObject({
      code: 'FRAME_CACHE_DAMAGED',
    });
    expect(await store.open('key', run)).toBeUndefined();
  });
});

describe('FsWorkspace', () => {
  it('tells files, folders and links apart, and lists bytewise', async () => {
    await mkdir(join(folder, 'd'));
    await writeFile(join(folder, 'd', 'b'), 'x');
    await writeFile(join(folder, 'd', 'B'), 'x');
    await chmod(join(folder, 'd', 'b'), 0o755);
    await symlink('b', join(folder, 'd', 'l'));
    const workspace = new FsWorkspace(folder);
    expect(await workspace.stat('d')).toMatchObject({ kind: 'directory' });
    expect(await workspace.stat('d/b')).toEqual({ kind: 'file', size: 1, mode: 0o755 });
    expect(await workspace.stat('d/l')).toMatchObject({ kind: 'symlink', linkTarget: 'b' });
    expect(await workspace.stat('d/nothing')).toBeUndefined();
    expect(await workspace.list('d')).toEqual(['B', 'b', 'l']);
  });

  it.each([
    { what: 'a missing file', path: 'nothing', limit: 10, code: 'WORKSPACE_MISSING' },
    { what: 'a folder', path: '.', limit: 10, code: 'WORKSPACE_NOT_A_FILE' },
    { what: 'more than the limit', path: 'big', limit: 3, code: 'WORKSPACE_LIMIT' },
  ])('refuses to read $what', async ({ path, limit, code }) => {
    await writeFile(join(folder, 'big'), 'four');
    await expect(new FsWorkspace(folder).read(path, limit)).rejects.toMatchObject({ code });
  });
});

describe('the cache folder', () => {
  it.each([
    { platform: 'linux', env: {}, expected: '/home/u/.cache/cowa-release' },
    { platform: 'linux', env: { XDG_CACHE_HOME: '/c' }, expected: '/c/cowa-release' },
    { platform: 'darwin', env: {}, expected: '/home/u/Library/Caches/cowa-release' },
  ])('is $expected on $platform', ({ platform, env, expected }) => {
    expect(defaultCacheDir(platform, env, '/home/u')).toBe(expected);
  });

  it('adds up its files', async () => {
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a', 'x'), '12345');
    expect(await sizeOnDisk(folder)).toBe(5);
    expect(await sizeOnDisk(join(folder, 'nothing'))).toBe(0);
  });
});
