import { mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FsWorkspace } from './workspace.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-workspace-'));
  await mkdir(join(folder, 'sub'));
  await writeFile(join(folder, 'sub', 'a'), 'abc');
  await symlink('loop', join(folder, 'loop'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the user's files", () => {
  it('are read whole, below the root', async () => {
    expect(Buffer.from(await new FsWorkspace(folder).read('sub/a', 3)).toString()).toBe('abc');
  });

  it.each([
    { name: 'a file that is not there', path: 'none', code: 'WORKSPACE_MISSING' },
    { name: 'a file below a file', path: 'sub/a/b', code: 'WORKSPACE_MISSING' },
    { name: 'a folder', path: 'sub', code: 'WORKSPACE_NOT_A_FILE' },
    { name: 'a link to itself', path: 'loop', code: 'WORKSPACE_UNREADABLE' },
    { name: 'a name that no disk holds', path: 'x'.repeat(5000), code: 'WORKSPACE_UNREADABLE' },
    { name: 'a file beyond the limit', path: 'sub/a', code: 'WORKSPACE_LIMIT' },
  ])('$name: $code', async ({ path, code }) => {
    await expect(new FsWorkspace(folder).read(path, 2)).rejects.toMatchObject({
      code,
      exitCode: 3,
    });
  });

  it('show every change of a file by its stamp, once the clock has moved on', async () => {
    const path = join(folder, 'stamped');
    await writeFile(path, 'abc');
    const stampNow = async () => (await new FsWorkspace(folder).stat('stamped'))?.stamp;
    expect(await stampNow()).toBeUndefined();
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    try {
      const before = await stampNow();
      expect(before).toBeDefined();
      expect(await stampNow()).toBe(before);
      const { atime, mtime } = await stat(path);
      await writeFile(path, 'abd');
      await utimes(path, atime, mtime);
      expect(await stampNow()).not.toBe(before);
      expect((await new FsWorkspace(folder).stat('sub'))?.stamp).toBeUndefined();
    } finally {
      later.mockRestore();
    }
  });
});
