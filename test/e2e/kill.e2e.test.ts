import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageArchiveOrder } from '../../src/operations/archive-order.ts';
import { builtProgram, notBuilt } from '../support/built-program.ts';
import { archiveOf, samplePackage } from '../support/sample-package.ts';

const name = 'zarf-package-sample-amd64-1.0.0.tar.zst';
const kills = 20;
const noMount = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status !== 0;
const reasons = [notBuilt, noMount ? 'no mount of a small disk' : undefined].filter(
  (reason) => reason !== undefined,
);

let folder = '';
let input = '';
let digest = '';
let durationMs = 0;
const sha256 = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
const namesIn = (path: string): Promise<readonly string[]> => readdir(path).catch(() => []);
const env = { COWA_KEY_PASSWORD: 'secret' };
const signing = (out: string) => [
  ...['sign', input, '--out', out, '--quiet'],
  ...['--key', join(folder, 'release.key'), '--cache-dir', join(folder, 'cache')],
];

async function prepare(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'cowa-kill-'));
  input = join(folder, name);
  // Large enough for a copy that takes a moment.
  const packed = await samplePackage('sample', { noiseBytes: 96 * 2 ** 20 });
  await writeFile(input, await archiveOf(packageArchiveOrder(packed.files)));
  await builtProgram(['keys', 'generate', '--out', join(folder, 'release')], { env });
  const whole = await builtProgram(signing(join(folder, 'whole', name)), { env });
  expect(whole).toMatchObject({ code: 0, stderr: '' });
  digest = await sha256(join(folder, 'whole', name));
  durationMs = whole.durationMs;
}

beforeAll(async () => {
  if (notBuilt === undefined) await prepare();
});
afterAll(async () => {
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

describe.skipIf(notBuilt !== undefined)(
  `sign, killed${notBuilt === undefined ? '' : ` (skipped: ${notBuilt})`}`,
  () => {
    it(`at ${kills} random moments leaves no half archive, and the next run completes to the same digest`, async () => {
      const before = await sha256(input);
      const out = join(folder, 'out');
      let killed = 0;
      for (let attempt = 0; attempt < kills; attempt++) {
        // One moment in each part of the run, anywhere within it.
        const killAfterMs = (durationMs * (attempt + Math.random())) / kills;
        const run = await builtProgram(signing(join(out, name)), { env, killAfterMs });
        const finished = (await namesIn(out)).includes(name);
        const when = `killed after ${Math.round(killAfterMs)} of ${Math.round(durationMs)} ms`;
        if (run.signal === 'SIGKILL') killed++;
        if (finished) expect(await sha256(join(out, name)), when).toBe(digest);
        else expect(run.signal, when).toBe('SIGKILL');
        const next = await builtProgram([...signing(join(out, name)), '--replace'], { env });
        expect(next, when).toMatchObject({ code: 0, stderr: '' });
        expect(await sha256(join(out, name)), when).toBe(digest);
        // Nor does a half one stay hidden: the next run took it away.
        expect(await readdir(out), when).toEqual([name]);
        await rm(out, { recursive: true });
      }
      expect(killed).toBeGreaterThan(kills / 2);
      expect(await sha256(input)).toBe(before);
    });

    it('by Ctrl-C cleans up, says how to go on, and ends with 130', async () => {
      const out = join(folder, 'interrupted');
      const through = (program: readonly string[]) => [
        ...['sh', '-c', `"$@" & sleep ${durationMs / 2000}; kill -TERM $!; wait $!`, 'sh'],
        ...program,
      ];
      const run = await builtProgram(signing(join(out, name)), { env, through });
      expect(run.code).toBe(130);
      expect(run.stderr).toContain('run the same command again');
      expect(await namesIn(out)).toEqual([]);
    });
  },
);

describe.skipIf(reasons.length > 0)(
  `sign, on a full disk${reasons.length === 0 ? '' : ` (skipped: ${reasons.join(', ')})`}`,
  () => {
    /** Runs the program where a folder is a small disk of its own; prints what that holds at the end. */
    const onDisk =
      (size: string, disk: string, more = '') =>
      (program: readonly string[]): readonly string[] => [
        ...['unshare', '-rm', 'sh', '-c'],
        `mount -t tmpfs -o ${size} tmpfs ${disk} && { "$@"; code=$?; ${more} ls -A ${disk} >&2; exit $code; }`,
        'sh',
        ...program,
      ];

    it('says DISK_FULL and leaves nothing', async () => {
      const disk = join(folder, 'small');
      await mkdir(disk);
      const run = await builtProgram(signing(join(disk, name)), {
        env,
        through: onDisk('size=20m', disk),
      });
      expect(run.code).toBe(4);
      expect(run.stderr).toContain('DISK_FULL');
      expect(run.stderr).not.toContain('.partial');
      expect(run.stderr).not.toContain(`\n${name}\n`);
    });

    it('says OUTPUT_NOT_WRITABLE where it may only read', async () => {
      const disk = join(folder, 'closed');
      await mkdir(disk);
      const run = await builtProgram(signing(join(disk, name)), {
        env,
        through: onDisk('ro', disk),
      });
      expect(run.code).toBe(4);
      expect(run.stderr).toContain('OUTPUT_NOT_WRITABLE');
    });

    it('does its work where only the cache has no room', async () => {
      const cache = join(folder, 'cache');
      const run = await builtProgram([...signing(join(folder, 'no-cache', name))], {
        env,
        through: onDisk('size=4k,nr_inodes=1', cache),
      });
      expect(run.code).toBe(0);
    });
  },
);
