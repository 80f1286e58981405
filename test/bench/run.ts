// Measures the built program beside the tools people use today, warm, in one run, and prints a Markdown
// table. Never fails because of a figure.
// Usage: npm run bench -- [--size 2GiB] [--runs 2] [--folder <folder>] [--sweep] [--sizes 0.1GiB,1GiB]
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBenchRelease } from './bench-release.ts';
import { bestInTurns, type Measured, measure } from './measure.ts';
import { sweep, writeSpeedPage } from './sweep.ts';
import { markdownTable, type Row } from './table.ts';

const mebi = 2 ** 20;
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '2GiB' },
    runs: { type: 'string', default: '2' },
    folder: { type: 'string', default: tmpdir() },
    sweep: { type: 'boolean', default: false },
    sizes: { type: 'string', default: '0.1GiB,0.5GiB,1GiB,2GiB,4GiB,8GiB,16GiB' },
  },
});
const size = bytesOf(values.size);
const rounds = Math.max(1, Number(values.runs));
const program = [process.execPath, join(import.meta.dirname, '../../bin/run.js')];
const env = { COWA_KEY_PASSWORD: 'bench', NO_COLOR: '1' };
const zarf = process.env['COWA_ZARF'] ?? '';

await requireRoom(values.folder);
const folder = await mkdtemp(join(values.folder, 'cowa-bench-'));
const at = (...path: readonly string[]): string => join(folder, ...path);
const packageName = 'zarf-package-bench-amd64-1.0.0.tar.zst';
try {
  const table = markdownTable(await rows());
  say(`\n${values.size} of content, best of ${rounds}, in turns; page cache warm\n\n${table}\n`);
  if (values.sweep) {
    for (const name of ['dist', 'release', 'cache', 'signed', 'foreign'])
      await rm(at(name), { recursive: true, force: true });
    const sizes = await fitting(values.sizes.split(',').map(bytesOf));
    const points = await sweep(sizes, folder, rounds, ours);
    await writeSpeedPage(join(import.meta.dirname, '../../docs'), points, table);
    say('docs/speed.md and docs/speed.svg are written');
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function rows(): Promise<readonly Row[]> {
  say(`preparing ${values.size} below ${values.folder}`);
  await writeBenchRelease(at('release'), size);
  await ours('keys', 'generate', '--out', at('bench'));
  const cold = await assembling();
  const verifying = await verifyRows();
  const signing = await signRows();
  const start = await bestInTurns(rounds + 1, [() => ours('--version')]);
  return [
    ...verifying,
    ...cold,
    ...signing,
    ...start.map((version) => ({ what: '`--version`', ours: version, target: '≤ 0.25 s' })),
  ];
}

async function assembling(): Promise<readonly Row[]> {
  const assemble = (out: string, ...more: readonly string[]) =>
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
      at(out),
      '--quiet',
      ...more,
    );
  const created = () =>
    measure(
      [
        ...[zarf, 'package', 'create', at('release/package'), '--confirm', '--skip-sbom'],
        ...['--no-progress', '-o', at('zarf'), '--zarf-cache', at('zarf-cache')],
        ...['--tmpdir', folder],
      ],
      { env: { HOME: folder } },
    );
  const theirs = zarf === '' ? undefined : await created();
  await rm(at('zarf'), { recursive: true, force: true });
  // Neither lists what is in the files, and both begin without a cache.
  const cold = await assemble('dist', '--skip-sbom');
  const both = `'${at('dist/cpu', packageName)}' '${at('dist/cpu/uds-bundle-bench-amd64-1.0.0.tar.zst')}'`;
  const [warm, copy] = await bestInTurns(rounds, [
    async () => {
      await rm(at('dist2'), { recursive: true, force: true });
      return assemble('dist2', '--skip-sbom');
    },
    async () => {
      await empty('copy');
      return shell(`cp ${both} '${at('copy')}/' && sync -d '${at('copy')}'/*`);
    },
  ]);
  for (const name of ['dist2', 'copy']) await rm(at(name), { recursive: true, force: true });
  return [
    ...(warm === undefined || copy === undefined
      ? []
      : [
          {
            what: '`assemble --skip-sbom`, warm (package and bundle)',
            ours: warm,
            beside: { name: '`cp` of both, synced', theirs: copy },
            target: '≥ 0.5',
          },
        ]),
    {
      what: '`assemble --skip-sbom`, cold (package and bundle)',
      ours: cold,
      ...(theirs === undefined
        ? {}
        : { beside: { name: '`zarf package create --skip-sbom`', theirs } }),
      target: '≥ 1; ≤ 512 MiB',
    },
  ];
}

async function verifyRows(): Promise<readonly Row[]> {
  const archive = at('dist/cpu', packageName);
  await empty('foreign');
  const foreign = at('foreign', packageName);
  await shell(`zstd -dc '${archive}' | zstd -q -1 -T1 -o '${foreign}'`);
  const verify = (path: string, ...more: readonly string[]) =>
    ours('verify', path, '--insecure-allow-unsigned', '--quiet', ...more);
  const pipe = (path: string) => shell(`zstd -dc '${path}' | openssl dgst -sha256`);
  const [own, ownWhole, ownPipe, other, otherWhole, otherPipe, inspect] = await bestInTurns(
    rounds,
    [
      () => verify(archive),
      () => verify(archive, '--whole-digest'),
      () => pipe(archive),
      () => verify(foreign),
      () => verify(foreign, '--whole-digest'),
      () => pipe(foreign),
      () => ours('inspect', archive, '--quiet'),
    ],
  );
  const name = '`zstd -dc F \\| openssl dgst -sha256`';
  const row = (
    what: string,
    mine: Measured | undefined,
    theirs: Measured | undefined,
    target: string,
  ): readonly Row[] =>
    mine === undefined || theirs === undefined
      ? []
      : [{ what, ours: mine, beside: { name, theirs }, target }];
  return [
    ...row('`verify`, own archive', own, ownPipe, '≥ 3; ≤ 256 MiB'),
    ...row('`verify --whole-digest`, own archive', ownWhole, ownPipe, '≥ 1.5; ≤ 256 MiB'),
    ...row('`verify`, archive of one frame', other, otherPipe, '≥ 0.9'),
    ...row('`verify --whole-digest`, archive of one frame', otherWhole, otherPipe, '≥ 0.9'),
    ...(inspect === undefined ? [] : [{ what: '`inspect`', ours: inspect, target: '≤ 0.5 s' }]),
  ];
}

async function signRows(): Promise<readonly Row[]> {
  const archive = at('dist/cpu', packageName);
  const signed = at('signed', packageName);
  const copied = async (then: string): Promise<Measured> => {
    await empty('copy');
    return shell(`cp '${archive}' '${at('copy')}/'${then}`);
  };
  const [sign, synced, plain] = await bestInTurns(rounds, [
    async () => {
      await empty('signed');
      const key = ['--key', at('bench.key'), '--cache-dir', at('cache')];
      return ours('sign', archive, ...key, '--out', signed, '--quiet');
    },
    () => copied(` && sync -d '${at('copy')}'/*`),
    () => copied(''),
  ]);
  await rm(at('copy'), { recursive: true, force: true });
  if (sign === undefined || synced === undefined || plain === undefined) return [];
  const what = '`sign` (writes, verifies, syncs)';
  const rows: Row[] = [
    { what, ours: sign, beside: { name: '`cp`, synced', theirs: synced }, target: '≥ 0.5' },
    { what, ours: sign, beside: { name: '`cp`', theirs: plain }, target: '≥ 0.5' },
  ];
  if (zarf === '') return rows;
  const [mine, theirs] = await bestInTurns(rounds, [
    () => ours('verify', signed, '--key', at('bench.pub'), '--quiet'),
    () =>
      measure([zarf, 'package', 'verify', signed, '--key', at('bench.pub'), '--tmpdir', folder], {
        env: { HOME: folder },
      }),
  ]);
  if (mine === undefined || theirs === undefined) return rows;
  const beside = { name: '`zarf package verify`', theirs };
  return [...rows, { what: '`verify --key`', ours: mine, beside, target: '≥ 2.8' }];
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

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function bytesOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(MiB|GiB)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`size ${text}: write it as 2GiB or 200MiB`);
  return Math.round(Number(number) * (unit === 'GiB' ? 1024 : 1)) * mebi;
}

async function roomIn(place: string): Promise<number> {
  const { bavail, bsize } = await statfs(place);
  return bavail * bsize;
}

/** Of the sizes those that fit: content, cache and archive lie there at once. */
async function fitting(sizes: readonly number[]): Promise<readonly number[]> {
  const room = (await roomIn(values.folder)) - 2 ** 31;
  const left = sizes.filter((each) => 3.1 * each > room);
  for (const each of left) say(`${(each / 2 ** 30).toFixed(1)} GiB: skipped, no room for it`);
  return sizes.filter((each) => 3.1 * each <= room);
}

/** Content, cache, two archives, and copies of both. */
async function requireRoom(place: string): Promise<void> {
  const room = await roomIn(place);
  const needed = 7 * size;
  if (room < needed)
    throw new Error(
      `${place} has ${Math.floor(room / mebi)} MiB free, ${Math.ceil(needed / mebi)} are needed: choose another --folder or a smaller --size`,
    );
}
