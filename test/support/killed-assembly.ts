import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oneImagePackage, oneImageRelease } from './one-image-release.ts';
import { seeded } from './seeded.ts';
import { writeBelow } from './write-below.ts';

const root = join(import.meta.dirname, '../..');
/** What a kill left that it should not, or made otherwise; none of it is as it should be. */
export interface KilledAssembly {
  /** How many runs were still going on when they were killed. */
  readonly killed: number;
  readonly faults: readonly string[];
}

/** Kills `assemble` once in each of so many parts of its run, and lets the next run complete it. */
export async function killedAssembly(moments: number, seed: number): Promise<KilledAssembly> {
  const folder = await mkdtemp(join(tmpdir(), 'cowa-killed-'));
  try {
    const { below } = seeded(seed);
    const noise = Buffer.alloc(12 * 2 ** 20, 0).map(() => below(256));
    const files = {
      'cowa-release.yaml': oneImageRelease({ packages: ['one', 'two'], file: 'noise' }),
      'one/zarf.yaml': oneImagePackage('one'),
      'two/zarf.yaml': oneImagePackage('two'),
      noise,
    };
    await writeBelow(folder, files);
    const began = performance.now();
    await assemble(folder, 'whole');
    const wholeMs = performance.now() - began;
    const expected = await contentOf(join(folder, 'whole-dist'));
    const faults: string[] = [];
    let killed = 0;
    for (let moment = 0; moment < moments; moment++) {
      const afterMs = (wholeMs * (moment + below(1000) / 1000)) / moments;
      const when = `killed after ${Math.round(afterMs)} of ${Math.round(wholeMs)} ms`;
      if ((await assemble(folder, 'again', afterMs)) === 'SIGKILL') killed += 1;
      const next = await assemble(folder, 'again');
      if (next !== 0) faults.push(`${when}: the next run ended with ${next}`);
      const made = await contentOf(join(folder, 'again-dist'));
      for (const name of new Set([...expected.keys(), ...made.keys()]))
        if (expected.get(name) !== made.get(name)) faults.push(`${when}: ${name} is not the same`);
      // The record of its beginning stays: it is how a killed run is known.
      for (const left of await readdir(join(folder, 'again-cache'), { recursive: true }))
        if (/\.partial$|^blobs\/incoming\/./.test(left)) faults.push(`${when}: ${left} is left`);
      for (const kind of ['dist', 'cache'])
        await rm(join(folder, `again-${kind}`), { recursive: true, force: true });
    }
    return { killed, faults };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function assemble(folder: string, name: string, killAfterMs?: number): Promise<number | string> {
  const child = spawn(
    process.execPath,
    [
      ...[
        join(root, 'bin/dev.js'),
        'assemble',
        '--flavor',
        'cpu',
        '--insecure-unsigned',
        '--skip-sbom',
      ],
      ...['--out', `${name}-dist`, '--cache-dir', join(folder, `${name}-cache`), '--quiet'],
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  const timer =
    killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      done(signal ?? code ?? 'nothing');
    });
  });
}

/** SHA-256 of every file by name, but of the record of the run. */
async function contentOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  // No folder is no file: the next run is told to have failed then.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || entry.name === 'run.json') continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    found.set(entry.name, createHash('sha256').update(bytes).digest('hex'));
  }
  return found;
}
