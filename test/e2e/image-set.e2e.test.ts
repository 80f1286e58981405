import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Done, digestsOf, ImageSet, imagesOf, whyNoBuilds } from '../support/image-set.ts';
import { killedBuild } from '../support/killed-build.ts';
import { startBuildkit } from '../support/real-buildkit.ts';

const engines = {
  buildah: await whyNoBuilds('buildah'),
  buildkit: await whyNoBuilds('buildkitd', 'buildctl', 'runc'),
};
const offline = ['unshare', '--net', '--'];
let home = '';
let set: ImageSet;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cowa-image-set-'));
  if (Object.values(engines).some((reasons) => reasons.length === 0)) set = await ImageSet.in(home);
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Flags that name an engine with nothing kept; a BuildKit of its own, without a network, each time. */
async function freshEngine(engine: keyof typeof engines, name: string) {
  const buildkit =
    engine === 'buildkit'
      ? await startBuildkit({ root: join(home, name), offline: true })
      : undefined;
  const builder = buildkit === undefined ? '' : ` --builder ${buildkit.address}`;
  return {
    flags: `--engine ${engine}${builder}`,
    [Symbol.asyncDispose]: async () => buildkit?.[Symbol.asyncDispose](),
  };
}

/** What it did; a run that did not end well is told with all it said. */
async function well(done: Promise<Done>): Promise<Done> {
  const ended = await done;
  expect(ended, ended.stdout + ended.stderr).toMatchObject({ code: 0 });
  return ended;
}

/** SHA-256 of the archives of a release by their path. */
async function archivesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort())
    if (name.endsWith('.tar.zst'))
      found[name] = createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex');
  return found;
}

/** Runs `images build` until the first of the three is done, and kills it then. */
async function killedAfterTheFirst(cache: string, flags: string): Promise<void> {
  const script = join(import.meta.dirname, '../../bin/dev.js');
  const words = set.words(cache, `images build --jobs 1 ${flags}`);
  const child = spawn(process.execPath, [script, ...words], {
    env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (/sdk:1 .* {2}done/.test(said)) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.once('close', (_code, by) => resolve(by)));
  expect(signal, said).toBe('SIGKILL');
}

describe.each(['buildah', 'buildkit'] as const)('three images with a shared base: %s', (engine) => {
  const reasons = engines[engine];
  const why = reasons.length === 0 ? '' : ` (skipped: ${reasons.join(', ')})`;

  it.skipIf(reasons.length > 0)(
    `built, assembled for both flavors, locked, and built again of the lock without a network: the same bytes${why}`,
    async () => {
      const assemble = (name: string): string =>
        `assemble --flavor all --insecure-unsigned --out ${set.at(`${name}-out`)} --build`;
      const cold = `${engine}-cold`;
      {
        await using first = await freshEngine(engine, `${engine}-1`);
        await well(set.program(cold, `images build ${first.flags}`));
        await well(set.program(cold, `${assemble(cold)} ${first.flags}`));
      }
      await well(set.program(cold, 'images lock --flavor all'));
      const archives = await archivesIn(set.at(`${cold}-out`));
      expect(Object.keys(archives)).toHaveLength(2);

      const again = `${engine}-again`;
      await using second = await freshEngine(engine, `${engine}-2`);
      const line = `${assemble(again)} --locked ${second.flags}`;
      await well(set.program(again, line, { through: offline }));
      expect(await archivesIn(set.at(`${again}-out`))).toEqual(archives);
    },
  );

  it.skipIf(reasons.length > 0)(
    `goes on where it was killed, to the same digests${why}`,
    async () => {
      await using kept = await freshEngine(engine, `${engine}-3`);
      const whole = await well(set.program(`${engine}-whole`, `images build ${kept.flags}`));
      await killedAfterTheFirst(`${engine}-half`, kept.flags);
      const rest = await well(set.program(`${engine}-half`, `images build ${kept.flags}`));
      expect(imagesOf(rest).map(({ outcome }) => outcome)).toEqual(['reused', 'built', 'built']);
      expect(digestsOf(rest)).toEqual(digestsOf(whole));
    },
  );

  it.skipIf(reasons.length > 0)(
    `comes to the same digests after kills at any moment, and leaves no process${why}`,
    async () => {
      await using kept = await freshEngine(engine, `${engine}-4`);
      const { faults, killed } = await killedBuild(set, kept.flags, 4, 4713);
      expect(faults).toEqual([]);
      expect(killed).toBeGreaterThan(0);
    },
  );
});
