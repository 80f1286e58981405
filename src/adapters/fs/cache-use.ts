import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeFolder } from './make-folder.ts';
import { isRunning } from './remove-leftovers.ts';

// Two kinds of markers below `<cache>/in-use`: runs that take content out, and prunings. Each side writes its
// own first and looks for the other's then, so at least one of two that begin at once sees the other: a run
// waits for a pruning to end, a pruning leaves content alone while there is a run. What was killed leaves a
// marker of a process that is gone, which counts for nothing and is removed.

type Marker = 'run' | 'prune';

const folderName = 'in-use';
const pattern = /^(run|prune)\.(\d+)\.[0-9a-f]{16}$/;
/** Of another machine (or container) nothing but the age of its marker can be seen. */
const foreignMs: Readonly<Record<Marker, number>> = { run: 24 * 3_600_000, prune: 600_000 };
const waitMs = 60_000;
const stepMs = 50;

/**
 * Says that this process takes content out of a cache, and waits while a pruning is under way: a minute at
 * most. A cache that cannot be written cannot be pruned either, so failing to say it is no failure.
 */
export async function enterCache(cacheDir: string, maxWaitMs = waitMs): Promise<void> {
  if ((await mark(cacheDir, 'run')) === undefined) return;
  for (let waited = 0; waited < maxWaitMs; waited += stepMs) {
    if ((await living(cacheDir, 'prune')) === 0) return;
    await pause(stepMs);
  }
}

/** Keeps runs that begin from taking content out; `runs` of other processes are at it already. */
export async function holdCache(
  cacheDir: string,
): Promise<AsyncDisposable & { readonly runs: number }> {
  const release = await mark(cacheDir, 'prune');
  return {
    runs: await living(cacheDir, 'run'),
    [Symbol.asyncDispose]: async () => release?.(),
  };
}

/** @returns takes the marker away; it goes with the process otherwise. Undefined where none can be set. */
async function mark(cacheDir: string, kind: Marker): Promise<(() => void) | undefined> {
  const folder = join(cacheDir, folderName);
  const path = join(folder, `${kind}.${process.pid}.${randomBytes(8).toString('hex')}`);
  try {
    await makeFolder(folder);
    await writeFile(path, hostname(), { flag: 'wx' });
  } catch {
    return undefined;
  }
  const release = (): void => {
    process.removeListener('exit', release);
    try {
      rmSync(path, { force: true });
    } catch {
      // The process is gone in a moment, and its marker with it for all who look.
    }
  };
  process.once('exit', release);
  return release;
}

/** Markers of a kind by other processes that run. */
async function living(cacheDir: string, kind: Marker): Promise<number> {
  const folder = join(cacheDir, folderName);
  const here = hostname();
  let count = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const [, of, pid] = pattern.exec(name) ?? [];
    if (of !== kind) continue;
    const path = join(folder, name);
    const host = await readFile(path, 'utf8').catch(() => undefined);
    if (host === undefined) continue;
    const own = host === here || host === '';
    if (own && Number(pid) === process.pid) continue;
    const alive = own ? isRunning(Number(pid)) : await isYounger(path, foreignMs[kind]);
    if (alive) count += 1;
    else await rm(path, { force: true }).catch(() => undefined);
  }
  return count;
}

async function isYounger(path: string, ms: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < ms;
}
