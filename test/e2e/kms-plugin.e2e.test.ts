import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageArchiveOrder } from '../../src/operations/archive-order.ts';
import { notBuilt } from '../support/built-program.ts';
import { writeKmsPlugin } from '../support/kms-plugin.ts';
import { archiveOf, samplePackage } from '../support/sample-package.ts';

const script = join(import.meta.dirname, '../../bin/run.js');
const name = 'zarf-package-sample-amd64-1.0.0.tar.zst';
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-plugin-'));
  await writeFile(
    join(folder, name),
    await archiveOf(packageArchiveOrder((await samplePackage()).files)),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(notBuilt !== undefined)(
  `a plugin that hangs${notBuilt === undefined ? '' : ` (skipped: ${notBuilt})`}`,
  () => {
    it.each(['hang', 'hang-deaf'] as const)(
      '%s: Ctrl-C ends the program and the plugin within seconds, and leaves nothing behind',
      async (temper) => {
        const { path, log } = await writeKmsPlugin(join(folder, temper), temper);
        const program = spawn(
          process.execPath,
          [
            ...[script, 'sign', join(folder, name), '--out', join(folder, temper, 'out', name)],
            ...['--key', 'test://release', '--kms-plugin', path],
            ...['--cache-dir', join(folder, temper, 'cache'), '--quiet'],
          ],
          { stdio: ['ignore', 'ignore', 'pipe'] },
        );
        const ended = new Promise<number | null>((resolve) => program.on('close', resolve));
        const calls = async () =>
          (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
        await expect.poll(async () => (await calls()).length, { timeout: 60_000 }).toBe(2);
        const { pid } = JSON.parse((await calls()).at(-1) ?? '{}');
        expect(isAlive(pid)).toBe(true);
        const began = performance.now();
        program.kill('SIGINT');
        expect(await ended).toBe(130);
        expect(performance.now() - began).toBeLessThan(5_000);
        await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
        expect(await readdir(join(folder, temper, 'out')).catch(() => [])).toEqual([]);
      },
    );
  },
);
