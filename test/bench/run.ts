// Measures the built program beside the tools people use today, warm, in one run, and prints ratios.
// Never fails because of a figure. Usage: npm run bench -- [--size 2GiB] [--runs 2] [--folder <folder>]
import { mkdir, mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBenchRelease } from './bench-release.ts';
import { best, type Measured, measure } from './measure.ts';

const mebi = 2 ** 20;
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '2GiB' },
    runs: { type: 'string', default: '2' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const size = bytesOf(values.size);
const runs = Math.max(1, Number(values.runs));
const program = [process.execPath, join(import.meta.dirname, '../../bin/run.js')];
const env = { COWA_KEY_PASSWORD: 'bench', NO_COLOR: '1' };

/** One line of the table: a program of ours beside another one. */
interface Row {
  readonly what: string;
  readonly ours: Measured;
  readonly theirs: Measured;
  readonly beside: string;
  /** What the ratio of speeds is meant to be at least. */
  readonly target?: number;
}

await requireRoom(values.folder);
const folder = await mkdtemp(join(values.folder, 'cowa-bench-'));
const at = (...path: readonly string[]): string => join(folder, ...path);
try {
  await bench();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  say(
    `preparing ${values.size} below ${values.folder}; best of ${runs} runs each, page cache warm`,
  );
  await writeBenchRelease(at('release'), size);
  await ours('keys', 'generate', '--out', at('bench'));
  const assemble = (out: string) =>
    ours(
      'assemble',
      '-f',
      at('release/cowa-release.yaml'),
      '--flavor',
      'cpu',
      '--insecure-unsigned',
      '--cache-dir',
      at('cache'),
      '--out',
      out,
      '--quiet',
    );
  const cold = await assemble(at('dist'));
  const name = 'zarf-package-bench-amd64-1.0.0.tar.zst';
  const archive = at('dist/cpu', name);
  const bundle = at('dist/cpu/uds-bundle-bench-amd64-1.0.0.tar.zst');
  const rows: Row[] = [];

  const copyBoth = await best(runs, async () => {
    await empty('copy');
    return shell(`cp '${archive}' '${bundle}' '${at('copy')}/' && sync -d '${at('copy')}'/*`);
  });
  const warm = await best(runs, async () => {
    await empty('dist2');
    return assemble(at('dist2'));
  });
  await rm(at('dist2'), { recursive: true, force: true });
  rows.push({
    what: 'assemble, warm (package and bundle)',
    ours: warm,
    beside: 'cp of both, synced',
    theirs: copyBoth,
    target: 0.5,
  });

  await shell(`cat '${archive}' > /dev/null`);
  const key = at('bench');
  const pipe = await best(runs, () => shell(`zstd -dc '${archive}' | openssl dgst -sha256`));
  const openssl = await best(runs, () => shell(`openssl dgst -sha256 '${archive}'`));
  const verify = await best(runs, () =>
    ours('verify', archive, '--insecure-allow-unsigned', '--quiet'),
  );
  rows.push({
    what: 'verify',
    ours: verify,
    beside: 'zstd -dc | openssl dgst',
    theirs: pipe,
    target: 1,
  });
  rows.push({ what: 'verify', ours: verify, beside: 'openssl dgst', theirs: openssl });

  const plainCopy = await best(runs, async () => {
    await empty('copy');
    return shell(`cp '${archive}' '${at('copy')}/'`);
  });
  const syncedCopy = await best(runs, async () => {
    await empty('copy');
    return shell(`cp '${archive}' '${at('copy')}/' && sync -d '${at('copy')}'/*`);
  });
  await rm(at('copy'), { recursive: true, force: true });
  const sign = await best(runs, async () => {
    await empty('signed');
    return ours(
      'sign',
      archive,
      '--key',
      `${key}.key`,
      '--out',
      at('signed', name),
      '--cache-dir',
      at('cache'),
      '--quiet',
    );
  });
  rows.push({
    what: 'sign (copies, verifies, syncs)',
    ours: sign,
    beside: 'cp, synced',
    theirs: syncedCopy,
    target: 0.5,
  });
  rows.push({
    what: 'sign (copies, verifies, syncs)',
    ours: sign,
    beside: 'cp',
    theirs: plainCopy,
  });

  const inspect = await best(runs, () => ours('inspect', archive, '--quiet'));
  print(rows, (await stat(archive)).size);
  say(`inspect            ${seconds(inspect)}  peak ${peak(inspect)}   (target: at most 0.5 s)`);
  say(`assemble, cold     ${seconds(cold)}  peak ${peak(cold)}`);
  const zarf = process.env['COWA_ZARF'];
  if (zarf === undefined || zarf === '') {
    say('zarf package create: skipped, COWA_ZARF is not set');
    return;
  }
  const created = await measure(
    [
      zarf,
      'package',
      'create',
      at('release/package'),
      '--confirm',
      '--skip-sbom',
      '--no-progress',
      '-o',
      at('zarf'),
      '--zarf-cache',
      at('zarf-cache'),
      '--tmpdir',
      folder,
    ],
    { env: { HOME: folder } },
  );
  say(
    `zarf package create ${seconds(created)}  peak ${peak(created)}   ratio ${(created.seconds / cold.seconds).toFixed(2)} (target: 1; ours made the bundle, too)`,
  );
}

function ours(...args: readonly string[]): Promise<Measured> {
  return measure([...program, ...args], { env });
}

function shell(command: string): Promise<Measured> {
  return measure(['sh', '-c', command]);
}

async function empty(name: string): Promise<void> {
  await rm(at(name), { recursive: true, force: true });
  await mkdir(at(name));
}

function print(rows: readonly Row[], archiveBytes: number): void {
  say(`\npackage of ${(archiveBytes / mebi).toFixed(0)} MiB\n`);
  const line = (cells: readonly string[]): void =>
    say(
      `${cells[0]?.padEnd(36)}${cells[1]?.padStart(9)}${cells[2]?.padStart(10)}  ${cells[3]?.padEnd(24)}${cells[4]?.padStart(9)}${cells[5]?.padStart(10)}${cells[6]?.padStart(8)}  ${cells[7]}`,
    );
  line(['', 'time', 'peak', 'beside', 'time', 'peak', 'ratio', 'target']);
  for (const { what, ours: mine, theirs, beside, target } of rows) {
    line([
      what,
      seconds(mine),
      peak(mine),
      beside,
      seconds(theirs),
      peak(theirs),
      (theirs.seconds / mine.seconds).toFixed(2),
      target === undefined ? '' : `>= ${target}`,
    ]);
  }
  say('');
}

function seconds(measured: Measured): string {
  return `${measured.seconds.toFixed(2)} s`;
}

function peak({ peakBytes }: Measured): string {
  return peakBytes === undefined ? '?' : `${(peakBytes / mebi).toFixed(0)} MiB`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function bytesOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(MiB|GiB)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`--size ${text}: write it as 2GiB or 200MiB`);
  return Number(number) * (unit === 'GiB' ? 1024 : 1) * mebi;
}

/** Content, cache, two archives, and copies of both. */
async function requireRoom(place: string): Promise<void> {
  const { bavail, bsize } = await statfs(place);
  const needed = 7 * size;
  if (bavail * bsize < needed)
    throw new Error(
      `${place} has ${Math.floor((bavail * bsize) / mebi)} MiB free, ${Math.ceil(needed / mebi)} are needed: choose another --folder or a smaller --size`,
    );
}
