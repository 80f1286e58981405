import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyPairPaths, readKeyFile, writeKeyPair } from './key-files.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A file system that knows no hard links. */
const linkless = () => Promise.reject(Object.assign(new Error('link'), { code: 'EPERM' }));

describe('keyPairPaths', () => {
  it.each([
    { out: 'cosign', privatePath: 'cosign.key', publicPath: 'cosign.pub' },
    { out: 'a/b.key', privatePath: 'a/b.key', publicPath: 'a/b.pub' },
    { out: 'v1.2', privatePath: 'v1.2.key', publicPath: 'v1.2.pub' },
  ])('$out', ({ out, ...paths }) => {
    expect(keyPairPaths(out)).toEqual(paths);
  });
});

describe.each([
  { where: 'with hard links', link: undefined },
  { where: 'without hard links', link: linkless },
])('writeKeyPair $where', ({ link }) => {
  it('writes both files, the private one for its owner alone, and nothing else', async () => {
    await writeKeyPair(join(folder, 'new/k'), 'private', 'public', link);
    expect(await readFile(join(folder, 'new/k.key'), 'utf8')).toBe('private');
    expect(await readFile(join(folder, 'new/k.pub'), 'utf8')).toBe('public');
    expect((await stat(join(folder, 'new/k.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'new'))).toEqual(['k.key', 'k.pub']);
  });

  it.each(['k.key', 'k.pub'])(
    'leaves everything as it was when %s exists: KEY_EXISTS',
    async (name) => {
      await writeFile(join(folder, name), 'old');
      const writing = writeKeyPair(join(folder, 'k'), 'private', 'public', link);
      await expect(writing).rejects.toMatchObject({ code: 'KEY_EXISTS', exitCode: 4 });
      expect(await readdir(folder)).toEqual([name]);
      expect(await readFile(join(folder, name), 'utf8')).toBe('old');
    },
  );

  it('says so when the place is no folder: KEY_UNWRITABLE', async () => {
    await writeFile(join(folder, 'file'), '');
    const writing = writeKeyPair(join(folder, 'file/k'), 'private', 'public', link);
    await expect(writing).rejects.toMatchObject({ code: 'KEY_UNWRITABLE' });
  });
});

describe('readKeyFile', () => {
  it('gives the text', async () => {
    await writeFile(join(folder, 'k'), 'text');
    expect(await readKeyFile(join(folder, 'k'))).toBe('text');
  });

  it.each([
    { what: 'a missing file', prepare: async () => undefined },
    { what: 'a folder', prepare: () => mkdir(join(folder, 'k')) },
    {
      what: 'more than any key has',
      prepare: () => writeFile(join(folder, 'k'), 'x'.repeat(65537)),
    },
  ])('refuses $what: KEY_UNREADABLE', async ({ prepare }) => {
    await prepare();
    await expect(readKeyFile(join(folder, 'k'))).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  it.skipIf(process.getuid?.() === 0)('refuses what it may not read: KEY_UNREADABLE', async () => {
    await writeFile(join(folder, 'k'), 'text');
    await chmod(join(folder, 'k'), 0);
    await expect(readKeyFile(join(folder, 'k'))).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });
});
