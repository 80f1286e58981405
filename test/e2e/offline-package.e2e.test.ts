import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const project = fileURLToPath(new URL('../..', import.meta.url));
const password = 'of a test';
const env = { ...process.env, COWA_KEY_PASSWORD: password };

/** Why this machine cannot run these tests; empty when it can. */
function obstacle(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the package is for linux-x64';
  if (!existsSync(join(project, 'dist', 'cli', 'start.js')))
    return 'the program is not built: npm run build';
  const missing = ['openssl', 'zstd', 'tar', 'sha256sum'].filter((name) => !hasProgram(name));
  return missing.length === 0 ? '' : `no ${missing.join(', ')}`;
}

function hasProgram(name: string): boolean {
  return (
    spawnSync('sh', ['-c', `command -v ${name}`], {
      env: { ...env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
    }).status === 0
  );
}

function sh(command: string, cwd: string, more: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  return spawnSync('sh', ['-eu', '-c', command], {
    cwd,
    encoding: 'utf8',
    env: { ...env, ...more },
    maxBuffer: 2 ** 26,
  });
}

function cowa(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(project, 'bin', 'run.js'), ...args], {
    cwd: project,
    encoding: 'utf8',
    env,
  });
}

const reason = obstacle();
let folder = '';
let packagePath = '';
let fingerprint = '';
const release = () => join(folder, 'release', 'cpu');

beforeAll(() => {
  if (reason !== '') return;
  folder = mkdtempSync(join(tmpdir(), 'cowa-offline-test-'));
  const packed = pack('first');
  expect(packed.stderr).toBe('');
  expect(packed.status).toBe(0);
  packagePath = packed.stdout.trim();
  const made = cowa('keys', 'generate', '--out', join(folder, 'test'), '--json');
  fingerprint = String(JSON.parse(made.stdout).fingerprint);
  const assembled = cowa(
    'assemble',
    '--flavor',
    'cpu',
    '--definition',
    'fixtures/demo/cowa-release.yaml',
    '--key',
    join(folder, 'test.key'),
    '--out',
    join(folder, 'release'),
    '--cache-dir',
    join(folder, 'cache'),
    '--with-verifier',
    packagePath,
    '--quiet',
  );
  expect(assembled.stderr).toBe('');
  expect(assembled.status).toBe(0);
});

afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

function pack(name: string): SpawnSyncReturns<string> {
  const args = [
    join(project, 'tools', 'pack-offline.ts'),
    'linux-x64',
    '--out',
    join(folder, name),
  ];
  return spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8', env });
}

describe.skipIf(reason !== '')(
  `the offline package${reason === '' ? '' : ` (skipped: ${reason})`}`,
  () => {
    it('is the same bytes when it is made again', () => {
      const again = pack('second').stdout.trim();
      expect(sh(`cmp "${packagePath}" "${again}"`, folder).stdout).toBe('');
    });

    it('holds no development modules, no source and nothing of this machine', () => {
      const names = sh(`tar -tzf "${packagePath}"`, folder).stdout.split('\n');
      expect(
        names.filter((name) =>
          /\/(vitest|typescript|@biomejs|oclif)\/|\.test\.|^[^/]+\/src\/|\/\.bin\//.test(
            name.replace('/@oclif/', '/'),
          ),
        ),
      ).toEqual([]);
      expect(names.filter((name) => name.endsWith('/node/bin/node'))).toHaveLength(1);
      const texts = sh(
        `mkdir -p unpacked && tar -xzf "${packagePath}" -C unpacked && grep -rlIF "${project}" unpacked || true`,
        folder,
      ).stdout;
      expect(texts).toBe('');
    });
  },
);

const rootReason =
  reason !== ''
    ? reason
    : process.getuid?.() !== 0
      ? 'a root file system needs root'
      : ['mmdebstrap', 'unshare', 'chroot'].filter((name) => !hasProgram(name)).join(', ');

describe.skipIf(rootReason !== '')(
  `in a bare Debian without Node and without network${rootReason === '' ? '' : ` (skipped: ${rootReason})`}`,
  () => {
    let bare = '';
    let unable = '';

    beforeAll(() => {
      bare = join(folder, 'bare');
      const made = sh('mmdebstrap --variant=minbase --quiet bookworm bare', folder);
      if (made.status !== 0) {
        unable = `mmdebstrap could not make a root file system: ${made.stderr.slice(-300)}`;
        return;
      }
      mkdirSync(join(bare, 'media'), { recursive: true });
      cpSync(release(), join(bare, 'media', 'cpu'), { recursive: true });
      cpSync(join(folder, 'test.pub'), join(bare, 'media', 'test.pub'));
      cpSync(join(folder, 'test.key'), join(bare, 'media', 'test.key'));
      const name = basename(packagePath, '.tar.gz');
      const placed = sh(
        `tar -xzf "${packagePath}" -C bare/opt && ln -s /opt/${name}/cowa-release bare/usr/local/bin/cowa-release`,
        folder,
      );
      expect(placed.stderr).toBe('');
    });

    function inside(command: string): SpawnSyncReturns<string> {
      const path = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
      return spawnSync(
        'unshare',
        ['-n', 'chroot', bare, '/bin/sh', '-c', `cd /media && ${command}`],
        {
          encoding: 'utf8',
          env: { PATH: path, COWA_KEY_PASSWORD: password, HOME: '/root' },
        },
      );
    }

    it('there is no Node and no network', ({ skip }) => {
      if (unable !== '') skip(unable);
      expect(inside('command -v node || echo none').stdout).toBe('none\n');
      expect(inside('cat /proc/net/route | wc -l').stdout.trim()).not.toBe('2');
    });

    it.for([
      { name: '--version', command: 'cowa-release --version', status: 0, says: 'cowa-release/' },
      { name: '--help', command: 'cowa-release --help', status: 0, says: 'verify' },
      {
        name: 'verify',
        command: 'cowa-release verify cpu --key test.pub',
        status: 0,
        says: 'PASS',
      },
      {
        name: 'verify of a package without a key',
        command: 'cowa-release verify cpu/zarf-package-cowabunga*.zst',
        status: 5,
        says: 'cowabunga-api',
      },
      {
        name: 'inspect',
        command: 'cowa-release inspect cpu/uds-bundle-*.zst',
        status: 0,
        says: 'cowabunga-api',
      },
      {
        name: 'sign',
        command: 'cowa-release sign cpu/zarf-package-cowabunga*.zst --key test.key --out signed/',
        status: 0,
        says: '',
      },
      {
        name: 'verify of what was signed there',
        command: 'cowa-release verify signed/*.zst --key test.pub',
        status: 0,
        says: 'PASS',
      },
      { name: 'an unknown command', command: 'cowa-release verfiy x', status: 2, says: '' },
    ])('$name ends with $status', ({ command, status, says }, { skip }) => {
      if (unable !== '') skip(unable);
      const result = inside(command);
      expect({ status: result.status, stderr: result.stderr }).toMatchObject({ status });
      expect(result.stdout).toContain(says);
    });
  },
);

/** The blocks of the recipe, by the word behind `sh`. */
function recipe(): ReadonlyMap<string, string> {
  const page = readFileSync(join(project, 'docs', 'bootstrap.md'), 'utf8');
  return new Map(
    [...page.matchAll(/^```sh (\w+)\n(.*?)^```/gms)].map((match) => [
      match[1] ?? '',
      match[2] ?? '',
    ]),
  );
}

describe.skipIf(reason !== '')('the recipe of docs/bootstrap.md', () => {
  let arrived = '';
  const steps = recipe();

  function step(name: string, more: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
    const packageFile = readdirSync(arrived).find((file) => file.endsWith('.tar.gz')) ?? '';
    const digest = sh(`sha256sum "${packageFile}"`, arrived).stdout.slice(0, 64);
    return sh(steps.get(name) ?? 'exit 99', arrived, {
      FINGERPRINT: fingerprint,
      PACKAGE: packageFile,
      PACKAGE_SHA256: digest,
      ...more,
    });
  }

  function arrive(): void {
    arrived = join(mkdtempSync(join(folder, 'arrived-')), 'cpu');
    cpSync(release(), arrived, { recursive: true });
  }

  it('proves key, statement, files, content and program', () => {
    arrive();
    expect([...steps.keys()]).toEqual([
      'key',
      'statement',
      'look',
      'files',
      'content',
      'bundle',
      'program',
      'inside',
    ]);
    for (const name of steps.keys()) {
      const { status, stderr, stdout } = step(name);
      expect({ name, status, stderr }).toEqual({ name, status: 0, stderr: '' });
      expect(stdout).toMatch(
        /right one|Verified OK|cowabungaai-demo|nothing was added|content as stated|OK|no other/,
      );
    }
  });

  it.each([
    {
      name: 'another key',
      at: 'key',
      change: () => undefined,
      more: { FINGERPRINT: '0'.repeat(64) },
    },
    {
      name: 'a changed statement',
      at: 'statement',
      change: () =>
        edit('release.intoto.jsonl', (text) =>
          text.replace(/"payload":"(.{40})./, '"payload":"$1Q'),
        ),
    },
    {
      name: 'a changed file',
      at: 'files',
      change: () => edit('report.json', (text) => `${text} `),
    },
    { name: 'a missing file', at: 'files', change: () => rmSync(join(arrived, 'report.json')) },
    {
      name: 'an added file',
      at: 'files',
      change: () => writeFileSync(join(arrived, 'more.txt'), 'x'),
    },
    { name: 'another package in the place of one', at: 'content', change: swapPackages },
    {
      name: 'another program',
      at: 'program',
      change: () => undefined,
      more: { PACKAGE_SHA256: '0'.repeat(64) },
    },
  ])('stops at step "$at" for $name', ({ at, change, more }) => {
    arrive();
    const names = [...steps.keys()];
    for (const name of names.slice(0, names.indexOf(at))) expect(step(name).status).toBe(0);
    change();
    expect(step(at, more ?? {}).status).not.toBe(0);
  });

  function edit(name: string, change: (text: string) => string): void {
    const path = join(arrived, name);
    const text = readFileSync(path, 'utf8');
    expect(change(text)).not.toBe(text);
    writeFileSync(path, change(text));
  }

  function swapPackages(): void {
    const [first = '', second = ''] = readdirSync(arrived).filter((name) =>
      /^zarf-package.*zst$/.test(name),
    );
    cpSync(join(arrived, first), join(arrived, second));
  }
});
