// `make demo`: the main job with the built program, on the small release in fixtures/demo. Everything
// it makes goes to demo-out/; nothing is fetched.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './generated-files.ts';

const out = join(root, 'demo-out');
const at = (...parts: readonly string[]): string => relative(root, join(out, ...parts));
const began = performance.now();

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
// The key is worth nothing: it is made for this run, and so is its password.
const env = { ...process.env, COWA_KEY_PASSWORD: randomBytes(12).toString('base64url') };

say('A key pair for this run');
cowa(['keys', 'generate', '--out', at('demo')], 0);

say('A signed release in both flavors, from images composed of our own small files');
cowa(
  [
    'assemble',
    '--flavor',
    'all',
    '--definition',
    'fixtures/demo/cowa-release.yaml',
    '--key',
    at('demo.key'),
    '--out',
    at('dist'),
    '--cache-dir',
    at('cache'),
    '--quiet',
  ],
  0,
);

for (const flavor of ['cpu', 'gpu']) {
  say(`What arrived for ${flavor} is judged by the key alone, without unpacking`);
  cowa(['verify', at('dist', flavor), '--key', at('demo.pub'), '--quiet'], 0, verdictsOnly);
}

say('One bit of a bundle is flipped on the way');
const bundle = readdirSync(join(out, 'dist', 'cpu')).find((name) =>
  /^uds-bundle-.*\.tar\.zst$/.test(name),
);
if (bundle === undefined) throw new Error('assemble made no bundle');
mkdirSync(join(out, 'tampered'));
const bytes = readFileSync(join(out, 'dist', 'cpu', bundle));
const middle = Math.floor(bytes.length / 2);
bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
writeFileSync(join(out, 'tampered', bundle), bytes);
copyFileSync(
  join(out, 'dist', 'cpu', `${bundle}.sigstore.json`),
  join(out, 'tampered', `${bundle}.sigstore.json`),
);
cowa(['verify', at('tampered', bundle), '--key', at('demo.pub'), '--quiet'], 1, (text) =>
  text.split('\n').slice(0, 24).join('\n'),
);

say(`Done in ${((performance.now() - began) / 1000).toFixed(1)} s`);
process.stdout.write(
  [
    `  ${at('dist', 'cpu')}, ${at('dist', 'gpu')}   packages, bundle, signatures, statement, report, checksums`,
    `  ${at('tampered')}                  the refused copy`,
    `  ${at('demo.pub')}                  the public key`,
    '',
    `Look inside:  node bin/run.js inspect ${at('dist', 'cpu', bundle)}`,
    '',
  ].join('\n'),
);

function say(text: string): void {
  process.stdout.write(`\n== ${text}\n`);
}

/** Runs the built program, shows the command line and its result, and stops the demo where it does not end as it should. */
function cowa(
  args: readonly string[],
  expected: number,
  shorten: (text: string) => string = (text) => text,
): void {
  process.stdout.write(`$ cowa-release ${args.join(' ')}\n`);
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'bin', 'run.js'), ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
  process.stdout.write(`${shorten(stdout).trimEnd()}\n(exit ${status})\n`);
  if (status !== expected) {
    process.stderr.write(`the demo expected exit code ${expected}\n`);
    process.exit(1);
  }
}

/** The first line of each verdict. */
function verdictsOnly(text: string): string {
  return text
    .split('\n')
    .filter((line) => /^[A-Z]+ {2}/.test(line))
    .join('\n');
}
