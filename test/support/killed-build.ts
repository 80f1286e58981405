import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fakeBuildah } from './fake-buildah.ts';
import { digestsOf, ImageSet, processesAt } from './image-set.ts';
import type { KilledAssembly } from './killed-assembly.ts';
import { seeded } from './seeded.ts';

const script = join(import.meta.dirname, '../../bin/dev.js');

/**
 * Kills `images build` once in each of so many parts of the time it builds, and lets the next run complete it. A fault
 * is another digest, a process or a folder of an engine that stayed.
 * @param flags of the engine
 */
export async function killedBuild(
  set: Pick<ImageSet, 'at' | 'program' | 'words'>,
  flags: string,
  moments: number,
  seed: number,
  path = process.env['PATH'] ?? '',
): Promise<KilledAssembly> {
  const { below } = seeded(seed);
  const command = `images build ${flags}`;
  const settings = { env: { PATH: path } };
  const whole = await killedAfter(set.words('killed-whole', command), path);
  const expected = whole.said.match(/sha256:[0-9a-f]{64}/g);
  const wholeMs = whole.buildingMs;
  const faults: string[] = [];
  let killed = 0;
  for (let moment = 0; moment < moments; moment++) {
    const afterMs = (wholeMs * (moment + below(1000) / 1000)) / moments;
    const when = `killed after ${Math.round(afterMs)} of ${Math.round(wholeMs)} ms`;
    const cache = set.at('killed');
    const { isKilled } = await killedAfter(set.words('killed', command), path, afterMs);
    if (isKilled) killed += 1;
    for (const left of await leftAt(cache)) faults.push(`${when}: goes on: ${left}`);
    const next = await set.program('killed', command, settings);
    if (next.code !== 0) faults.push(`${when}: the next run ended with ${next.code}`);
    if (String(digestsOf(next)) !== String(expected)) faults.push(`${when}: other digests`);
    for (const left of await readdir(join(cache, 'engines'))) faults.push(`${when}: ${left} stays`);
    await rm(cache, { recursive: true, force: true });
  }
  return { killed, faults };
}

/** The same with an engine that takes its time and does nothing, where no real one is. */
export async function killedBuildByFake(moments: number, seed: number): Promise<KilledAssembly> {
  const folder = await mkdtemp(join(tmpdir(), 'cowa-killed-build-'));
  try {
    const set = await ImageSet.in(folder, 'empty');
    const path = `${await fakeBuildah(join(folder, 'engine'))}:${process.env['PATH']}`;
    await writeFile(join(folder, 'engine/slow'), '0.15');
    return await killedBuild(set, '--engine buildah', moments, seed, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Kills it so long after the first build began; without a time, it runs to its end. */
async function killedAfter(
  words: readonly string[],
  path: string,
  afterMs?: number,
): Promise<{ readonly isKilled: boolean; readonly buildingMs: number; readonly said: string }> {
  const child = spawn(process.execPath, [script, ...words], {
    env: { PATH: path, HOME: dirname(script) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  let began = 0;
  let timer: NodeJS.Timeout | undefined;
  child.stderr.on('data', (chunk: Buffer) => {
    if (began > 0 || !/^Build /m.test(chunk.toString())) return;
    began = performance.now();
    if (afterMs !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      clearTimeout(timer);
      resolve({ isKilled: signal === 'SIGKILL', buildingMs: performance.now() - began, said });
    });
  });
}

/** Command lines of what an engine left running; on a busy machine it takes seconds until what ends it was heard. */
async function leftAt(folder: string): Promise<readonly string[]> {
  for (let tries = 0; tries < 200; tries++) {
    if ((await processesAt(folder)).length === 0) return [];
    await wait(100);
  }
  return processesAt(folder);
}
