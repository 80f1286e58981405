import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProgram } from '../../../src/cli/load-program.ts';
import CachePrune from '../../../src/commands/cache/prune.ts';
import CacheShow from '../../../src/commands/cache/show.ts';
import CacheVerify from '../../../src/commands/cache/verify.ts';
import ImagesLock from '../../../src/commands/images/lock.ts';
import ImagesPull from '../../../src/commands/images/pull.ts';
import { schemaFaults } from '../../support/closed-schema.ts';
import { oneImagePackage, oneImageRelease } from '../../support/one-image-release.ts';
import { writeBelow } from '../../support/write-below.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../../..'), source: true });
const commands = {
  show: (argv: string[]) => CacheShow.run(argv, config),
  prune: (argv: string[]) => CachePrune.run(argv, config),
  verify: (argv: string[]) => CacheVerify.run(argv, config),
};
let folder = '';
const cacheDir = () => join(folder, 'cache');

async function cache(command: keyof typeof commands, ...flags: readonly string[]) {
  process.exitCode = 0;
  const argv = ['--cache-dir', cacheDir(), ...flags];
  const done = await captureOutput<unknown>(() => commands[command](argv));
  return { ...done, exitCode: process.exitCode ?? 0 };
}

const files = {
  'cowa-release.yaml': oneImageRelease({ packages: ['one'] }),
  'api.txt': 'api',
  'one/zarf.yaml': oneImagePackage('one'),
};

async function blobs(): Promise<readonly string[]> {
  const below = await readdir(join(cacheDir(), 'blobs/sha256'), { recursive: true });
  return below
    .filter((path) => /[0-9a-f]{64}$/.test(path))
    .map((path) => join('blobs/sha256', path));
}

async function age(days: number): Promise<void> {
  const then = new Date(Date.now() - days * 24 * 3_600_000);
  for (const path of await blobs()) await utimes(join(cacheDir(), path), then, then);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-cache-'));
  await writeBelow(folder, files);
  const common = ['-f', join(folder, 'cowa-release.yaml'), '--cache-dir', cacheDir(), '--quiet'];
  await captureOutput(() => ImagesPull.run(common, config));
  await captureOutput(() => ImagesLock.run(common, config));
});
afterEach(async () => {
  process.exitCode = 0;
  await rm(folder, { recursive: true, force: true });
});

describe('cache show', () => {
  it('sums up by kind', async () => {
    const { stdout, result } = await cache('show');
    expect(result).toMatchObject({ kinds: [{ kind: 'blobs', entries: 3 }], total: { entries: 3 } });
    expect(stdout).toMatch(/^.* in 3 entries {2}.*\n {2}blobs /);
  });

  it('is empty where there is no cache', async () => {
    await rm(cacheDir(), { recursive: true });
    expect((await cache('show')).result).toMatchObject({ kinds: [], total: { bytes: 0 } });
  });

  it.each(['show', 'prune', 'verify'] as const)('%s keeps to its schema', async (command) => {
    await age(40);
    const { stdout } = await cache(command, '--output', 'json');
    expect(schemaFaults(`cache-${command}-result`, JSON.parse(stdout))).toEqual([]);
  });
});

describe('cache prune', () => {
  it('leaves alone what is young, whatever the size', async () => {
    expect((await cache('prune', '--max-size', '0')).result).toMatchObject({ removed: [] });
    expect(await blobs()).toHaveLength(3);
  });

  it('takes what was not used for 30 days, and says so before', async () => {
    await age(31);
    const dry = await cache('prune', '--dry-run');
    expect(dry.stdout).toMatch(/^would remove .* by age 3 entries/);
    expect(await blobs()).toHaveLength(3);
    const { result } = await cache('prune');
    expect(result).toMatchObject({ removed: [{ reason: 'age' }, {}, {}], keptEntries: 0, runs: 0 });
    expect(await blobs()).toHaveLength(0);
  });

  it.each([
    { flags: [], left: 3 },
    { flags: ['--max-age', '24h'], left: 0 },
    { flags: ['--max-age', '3d', '--max-size', '1B'], left: 0 },
  ])('goes by $flags', async ({ flags, left }) => {
    await age(2);
    await cache('prune', ...flags);
    expect(await blobs()).toHaveLength(left);
  });

  it('keeps what a lock names', async () => {
    await age(90);
    const lock = join(folder, 'cowa-release.lock.json');
    const { result, stdout } = await cache('prune', '--keep-locked', lock, '--max-size', '0');
    expect(result).toMatchObject({ removed: [], locked: { entries: 3 } });
    expect(stdout).toContain('of them the lock names');
    const text = (await readFile(lock, 'utf8')).replace(/"layers": \[[^\]]*\]/, '"layers": []');
    await writeFile(lock, text);
    // What the lock leaves out, the manifest it names still tells of.
    expect((await cache('prune', '--keep-locked', lock)).result).toMatchObject({ removed: [] });
  });

  it.each([
    { flags: ['--max-age', 'soon'], code: 'CACHE_AGE' },
    { flags: ['--max-size', 'much'], code: 'CACHE_SIZE' },
    { flags: ['--keep-locked', 'nowhere.json'], code: 'CACHE_LOCK_UNREADABLE' },
    { flags: ['--keep-locked', 'package.json'], code: 'CACHE_LOCK_UNREADABLE' },
  ])('refuses $flags and removes nothing', async ({ flags, code }) => {
    await age(90);
    const { error } = await cache('prune', ...flags);
    expect(error).toMatchObject({ code, exitCode: 2 });
    expect(await blobs()).toHaveLength(3);
  });
});

describe('cache verify', () => {
  it('says that all is sound', async () => {
    const { stdout, exitCode } = await cache('verify');
    expect(stdout).toMatch(/^SOUND {2}3 entries/);
    expect(exitCode).toBe(0);
  });

  it('names what is damaged, with 1, and removes it when told to', async () => {
    const [first = ''] = (await blobs()).toSorted();
    await writeFile(join(cacheDir(), first), 'other');
    const named = await cache('verify');
    expect(named.exitCode).toBe(1);
    expect(named.stdout).toContain(`DAMAGED  1 entry of 3\n  ${first}`);
    expect(await blobs()).toHaveLength(3);
    const removed = await cache('verify', '--remove');
    expect(removed.result).toMatchObject({ sound: 2, damaged: [{ path: first, removed: true }] });
    expect(await blobs()).toHaveLength(2);
    expect((await cache('verify')).exitCode).toBe(0);
  });
});
