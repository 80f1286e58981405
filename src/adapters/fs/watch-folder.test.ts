import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { watchFolder } from './watch-folder.ts';

describe('watchFolder', () => {
  it('tells in one batch what changed, also before it is asked, and ends when it is interrupted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cowa-watch-'));
    const stop = new AbortController();
    try {
      await mkdir(join(folder, 'a/.git'), { recursive: true });
      const changes = watchFolder(folder, { signal: stop.signal }, 60);
      await writeFile(join(folder, 'a/one.yaml'), 'x');
      await writeFile(join(folder, 'a/two.yaml'), 'x');
      await writeFile(join(folder, 'a/.git/index'), 'x');
      const { value } = await changes.next();
      expect([...(value ?? [])].filter((path) => path.endsWith('.yaml')).sort()).toEqual([
        'a/one.yaml',
        'a/two.yaml',
      ]);
      expect([...(value ?? [])].some((path) => path.includes('.git'))).toBe(false);
      const waiting = changes.next();
      stop.abort();
      await expect(waiting).rejects.toThrow();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
