import { statSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { writeBenchRelease } from './bench-release.ts';
import { bestInTurns, type Measured } from './measure.ts';

const mebi = 2 ** 20;

/** What verifying a package of some size took. */
export interface SweepPoint {
  /** Bytes of the archive. */
  readonly bytes: number;
  readonly plain: Measured;
  readonly whole: Measured;
}

/** Makes a package of each size, verifies it with and without the digest of the whole, and takes it away. */
export async function sweep(
  sizes: readonly number[],
  folder: string,
  rounds: number,
  ours: (...args: readonly string[]) => Promise<Measured>,
): Promise<readonly SweepPoint[]> {
  const points: SweepPoint[] = [];
  for (const size of sizes) {
    const at = join(folder, `sweep-${size}`);
    await writeBenchRelease(join(at, 'release'), size, { bundle: false });
    await ours(
      'assemble',
      '-f',
      join(at, 'release/cowa-release.yaml'),
      '--flavor',
      'cpu',
      '--insecure-unsigned',
      '--cache-dir',
      join(at, 'cache'),
      '--out',
      join(at, 'dist'),
      '--quiet',
    );
    await rm(join(at, 'release'), { recursive: true });
    await rm(join(at, 'cache'), { recursive: true });
    const names = await readdir(join(at, 'dist/cpu'));
    const archive = join(at, 'dist/cpu', names.find((name) => name.endsWith('.tar.zst')) ?? '');
    const verify = (...more: readonly string[]) =>
      ours('verify', archive, '--insecure-allow-unsigned', '--quiet', ...more);
    const [plain, whole] = await bestInTurns(rounds, [verify, () => verify('--whole-digest')]);
    if (plain !== undefined && whole !== undefined)
      points.push({ bytes: statSync(archive).size, plain, whole });
    await rm(at, { recursive: true });
  }
  return points;
}

/** Writes the page with the figures, and the plot beside it. */
export async function writeSpeedPage(
  docs: string,
  points: readonly SweepPoint[],
  table: string,
): Promise<void> {
  await writeFile(join(docs, 'speed.svg'), plot(points));
  const lines = points.map(
    ({ bytes, plain, whole }) =>
      `| ${(bytes / mebi).toFixed(0)} MiB | ${figures(plain)} | ${figures(whole)} |`,
  );
  await writeFile(
    join(docs, 'speed.md'),
    `# Speed

Written by \`npm run bench -- --sweep\`; run it on your machine for your figures. These are of a machine with
${availableParallelism()} processors whose load average was ${(loadavg()[1] ?? 0).toFixed(1)} at the end: with more than ${availableParallelism()}, other work slowed every
line of the table, most of all programs of several threads, and the CPU columns say more than the times.

## Beside other programs

A ratio above 1 means that ours is the faster one. Most of the content does not shrink, as layers and weights do not.

${table}

## Over the size of an archive

\`verify\` reads once and holds a bounded number of frames: time grows with the bytes, memory does not.

![verify over the size of the archive](speed.svg)

| archive | verify | CPU | peak | with the digest of the whole | CPU | peak |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}

## What the bounds are

- Without the digest of the whole, every byte is hashed once, with it twice: SHA-256 takes about 0.7 s of one processor for
  each GiB. Reading from the page cache takes 0.1 s more; program start 0.3 to 0.4 s at any size.
- An archive that is one single zstd frame can be decoded by one thread only.
- \`assemble\` and \`sign\` write, judge and sync in one go. What they write the system has to find memory for, as it has to
  for \`cp\`: on a virtual machine whose free memory went back to the host that is most of the time of both.
- Large blocks can cost five times as much to write as small ones there; nothing is written in blocks above 256 KiB.
`,
  );
}

function figures({ seconds, cpuSeconds = 0, peakBytes = 0 }: Measured): string {
  return `${seconds.toFixed(2)} s | ${cpuSeconds.toFixed(2)} s | ${(peakBytes / mebi).toFixed(0)} MiB`;
}

const width = 640;
const height = 320;
const margin = 48;

/** Seconds over GiB, one line each, no script, readable in both themes. */
function plot(points: readonly SweepPoint[]): string {
  const mostBytes = Math.max(...points.map(({ bytes }) => bytes));
  const mostSeconds = Math.max(
    ...points.map(({ whole, plain }) => Math.max(whole.seconds, plain.seconds)),
  );
  const x = (bytes: number): string =>
    (margin + (bytes / mostBytes) * (width - 2 * margin)).toFixed(1);
  const y = (value: number): string =>
    (height - margin - (value / mostSeconds) * (height - 2 * margin)).toFixed(1);
  const line = (of: (point: SweepPoint) => number, color: string): string =>
    `<polyline fill="none" stroke="${color}" stroke-width="2" points="${points.map((point) => `${x(point.bytes)},${y(of(point))}`).join(' ')}"/>` +
    points
      .map((point) => `<circle cx="${x(point.bytes)}" cy="${y(of(point))}" r="3" fill="${color}"/>`)
      .join('');
  const text = (left: number, top: number, words: string, color = '#666'): string =>
    `<text x="${left}" y="${top}" font-family="sans-serif" font-size="12" fill="${color}">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Seconds that verify takes over the size of the archive">
<rect width="${width}" height="${height}" fill="#fff"/>
<path d="M${margin} ${margin}V${height - margin}H${width - margin}" fill="none" stroke="#666"/>
${line(({ plain }) => plain.seconds, '#1b6ca8')}
${line(({ whole }) => whole.seconds, '#c0561a')}
${text(margin, margin - 12, `${mostSeconds.toFixed(1)} s`)}
${text(width - margin - 40, height - margin + 20, `${(mostBytes / 2 ** 30).toFixed(1)} GiB`)}
${text(margin + 12, margin + 8, 'verify', '#1b6ca8')}
${text(margin + 12, margin + 26, 'verify, with the digest of the whole', '#c0561a')}
</svg>
`;
}
