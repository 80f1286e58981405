import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Descriptor, mediaTypes } from '../../src/oci/descriptor.ts';
import { type Digest, hexOf, parseDigest } from '../../src/oci/digest.ts';
import { freePort, missingPrograms } from '../support/local-registry.ts';
import { ownProgram } from '../support/peers.ts';
import { LayoutBuilder } from '../support/real-images.ts';
import { serviceContexts } from '../support/service-contexts.ts';

const execute = promisify(execFile);
// Minutes, half a gigabyte, and packages of Debian and PyPI: only where somebody asks for it.
const reasons = [
  ...(process.env['COWA_TEMPLATES'] === undefined ? ['COWA_TEMPLATES is not set'] : []),
  ...(
    await missingPrograms('mmdebstrap', 'buildah', 'unshare', 'runc', 'tar', 'python3', 'npm')
  ).map((name) => `no ${name}`),
  ...(process.getuid?.() === 0 ? [] : ['not root']),
];
const folder = join(import.meta.dirname, '../../bundles/images');
const host = 'registry.example.com';
const runtime = 'runc';
/** Packages of Debian that each base is made of. */
const small = ['base-files', 'libc-bin', 'dash', 'coreutils', 'ca-certificates'];
const python = [...small, 'python3-minimal', 'libpython3-stdlib'];
const bases = {
  'python-build': [...python, 'python3-pip', 'python3-distutils'],
  python,
  'node-build': [...small, 'libstdc++6', 'libatomic1'],
  node: [...small, 'libstdc++6', 'libatomic1'],
  // Debian's compiler in the place of a base with a newer one.
  'rust-build': [...small, 'rustc', 'cargo', 'gcc', 'libc6-dev'],
  rust: [...small, 'libgcc-s1'],
} as const;
let home = '';
const at = (...path: readonly string[]): string => join(home, ...path);

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), text);
}

/** A root file system of Debian's packages as an image of one layer. */
async function debianImage(name: keyof typeof bases, layout: LayoutBuilder): Promise<Descriptor> {
  const tar = at(`${name}.tar`);
  const inRoot = [
    'rm -rf "$1"/usr/share/doc "$1"/usr/share/man "$1"/usr/share/locale "$1"/var/lib/apt "$1"/var/cache',
    'ln -sf dash "$1/bin/sh"; mkdir -p -m 1777 "$1/tmp"',
    ...(name.startsWith('node') ? [`install -D ${process.execPath} "$1/usr/local/bin/node"`] : []),
    ...(name === 'node-build' ? [await npmInto()] : []),
    // What its installation would link.
    ...(name === 'rust-build' ? ['ln -sf gcc "$1/usr/bin/cc"'] : []),
  ];
  await execute('mmdebstrap', [
    '--variant=extract',
    `--include=${bases[name].join(',')}`,
    ...inRoot.map((hook) => `--extract-hook=${hook}`),
    'bookworm',
    tar,
  ]);
  const layer = await layout.blob(mediaTypes.ociLayerTar, await readFile(tar));
  await rm(tar);
  const config = await layout.blob(
    mediaTypes.ociConfig,
    JSON.stringify({
      ...{ os: 'linux', architecture: 'amd64' },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
      config: { Env: ['PATH=/usr/local/bin:/usr/bin:/bin'] },
      history: [{ created: '1970-01-01T00:00:00Z', created_by: 'mmdebstrap' }],
    }),
  );
  const image = await layout.manifest(config, [layer]);
  layout.tag(
    { ...image, platform: { os: 'linux', architecture: 'amd64' } },
    `${host}/bases/${name}:1`,
  );
  return image;
}

/** npm as it is installed here. */
async function npmInto(): Promise<string> {
  const { stdout } = await execute('sh', ['-c', 'command -v npm']);
  const npm = dirname(dirname(await realpath(stdout.trim())));
  return `mkdir -p "$1/usr/local/lib" "$1/usr/local/bin" && cp -r ${npm} "$1/usr/local/lib/npm" && ln -s ../lib/npm/bin/npm-cli.js "$1/usr/local/bin/npm"`;
}

/** Wheels of a small web server, and a line with the digest of each. */
async function fetchWheels(): Promise<void> {
  const wheels = at('release/python-model-cpu/wheels');
  const names = ['starlette==0.48.0', 'uvicorn==0.37.0'];
  const forBase = ['--python-version', '3.11', '--only-binary', ':all:'];
  await execute('python3', ['-m', 'pip', 'download', '-q', ...forBase, '-d', wheels, ...names]);
  const lines: string[] = [];
  for (const file of (await readdir(wheels)).filter((name) => name.endsWith('.whl'))) {
    const [name, version] = file.split('-');
    const digest = createHash('sha256')
      .update(await readFile(join(wheels, file)))
      .digest('hex');
    lines.push(`${name}==${version} --hash=sha256:${digest}`);
  }
  await put('release/python-model-cpu/requirements.txt', `${lines.join('\n')}\n`);
}

/** A wheel called vllm that holds a version and nothing of vLLM, which takes gigabytes and a GPU: the build is tried, not the model. */
async function standInWheel(): Promise<void> {
  const wheel = 'vllm-0.11.0-py3-none-any.whl';
  await mkdir(at('release/python-model-gpu/wheels'), { recursive: true });
  const path = at('release/python-model-gpu/wheels', wheel);
  const lines = [
    'import sys, zipfile',
    'with zipfile.ZipFile(sys.argv[1], "w") as wheel:',
    '    put = wheel.writestr',
    '    put("vllm/__init__.py", "__version__ = \\"0.11.0\\"\\n")',
    '    put("vllm-0.11.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: vllm\\nVersion: 0.11.0\\n")',
    '    put("vllm-0.11.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")',
    '    put("vllm-0.11.0.dist-info/RECORD", "")',
  ];
  await execute('python3', ['-c', lines.join('\n'), path]);
  const digest = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  await put('release/python-model-gpu/requirements.txt', `vllm==0.11.0 --hash=sha256:${digest}\n`);
}

const kinds = {
  'python-model-cpu': 'python',
  'python-model-gpu': 'python',
  'node-ui': 'node',
  'rust-api': 'rust',
  migrations: 'python',
} as const;
type Kind = keyof typeof kinds;
/** `COWA_TEMPLATES=rust-api,node-ui` builds these alone; anything else all. */
const named = (process.env['COWA_TEMPLATES'] ?? '').split(',');
const allKinds = [
  'python-model-cpu',
  'python-model-gpu',
  'node-ui',
  'rust-api',
  'migrations',
] as const satisfies readonly Kind[];
const some = allKinds.filter((kind) => named.includes(kind));
const wanted = some.length > 0 ? some : allKinds;
const isWanted = (kind: Kind): boolean => wanted.includes(kind);
const buildBase = (kind: Kind): keyof typeof bases =>
  kind === 'migrations' ? kinds[kind] : `${kinds[kind]}-build`;
const digests = new Map<string, Digest>();

beforeAll(async () => {
  if (reasons.length > 0) return;
  home = await mkdtemp(join(tmpdir(), 'cowa-templates-'));
  const layout = new LayoutBuilder(at('release/bases'));
  const found = new Map<string, Digest>();
  for (const name of new Set(wanted.flatMap((kind) => [buildBase(kind), kinds[kind]])))
    found.set(name, (await debianImage(name, layout)).digest);
  await layout.finish();
  for (const kind of wanted) {
    await cp(join(folder, kind), at('release', kind), { recursive: true });
    for (const [path, text] of Object.entries(serviceContexts[kind] ?? {}))
      await put(`release/${kind}/${path}`, text);
  }
  if (isWanted('migrations')) await execute('chmod', ['0755', at('release/migrations/migrate')]);
  if (isWanted('python-model-cpu')) await fetchWheels();
  if (isWanted('python-model-gpu')) await standInWheel();
  const images = wanted.map((kind) => {
    const pinned = (name: string): string => `${host}/bases/${name}@${found.get(name)}`;
    const args = `{ BUILD_BASE: '${pinned(buildBase(kind))}', RUNTIME_BASE: '${pinned(kinds[kind])}' }`;
    return `      ${host}/team/${kind}:1: { context: ${kind}, target: production, args: ${args} }`;
  });
  await put(
    'release/cowa-release.yaml',
    `apiVersion: cowa-release/v1
name: templates
version: 1.0.0
architecture: amd64
sourceDateEpoch: 1767225600
imageSources:
  - type: build
    allowedBases: ['${host}/bases/*']
    images:
${images.join('\n')}
  - { type: oci-layout, path: bases }
flavors: { cpu: { packages: [{ path: app }] } }
`,
  );
  const list = wanted.map((kind) => `'${host}/team/${kind}:1'`);
  await put(
    'release/app/zarf.yaml',
    `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
components: [{ name: main, required: true, images: [${list.join(', ')}] }]
`,
  );
  const common = ['-f', at('release/cowa-release.yaml'), '--cache-dir', at('cache'), '--json'];
  const done = await ownProgram(
    ['images', 'build', '--engine', 'buildah', '--jobs', '1', ...common],
    home,
  );
  expect(done, done.stdout).toMatchObject({ code: 0 });
  const { images: built } = JSON.parse(done.stdout);
  for (const { reference, digest } of built)
    digests.set(reference.slice(`${host}/team/`.length, -2), parseDigest(digest));
}, 1_800_000);

afterAll(async () => {
  if (home !== '') await rm(home, { recursive: true, force: true });
});

const blob = (digest: Digest): string => {
  const hex = hexOf(digest);
  return at('cache/blobs/sha256', hex.slice(0, 2), hex);
};

interface Config {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
}

/** Lays an image out as a container that runc can run: its user, nothing writable but /tmp, no capabilities. */
async function containerOf(
  kind: string,
): Promise<{ readonly bundle: string; readonly config: Config }> {
  const digest = digests.get(kind);
  if (digest === undefined) throw new Error(`${kind} was not built`);
  const manifest = JSON.parse(await readFile(blob(digest), 'utf8'));
  const { config }: { config: Config } = JSON.parse(
    await readFile(blob(manifest.config.digest), 'utf8'),
  );
  const bundle = at(`run-${kind}`);
  await mkdir(join(bundle, 'rootfs'), { recursive: true });
  for (const layer of manifest.layers)
    await execute('tar', ['-xf', blob(layer.digest), '-C', join(bundle, 'rootfs')]);
  await execute(runtime, ['spec'], { cwd: bundle });
  const spec = JSON.parse(await readFile(join(bundle, 'config.json'), 'utf8'));
  const [uid, gid] = config.User.split(':').map(Number);
  spec.process.user = { uid, gid };
  spec.process.args = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  spec.process.cwd = config.WorkingDir || '/';
  spec.process.terminal = false;
  spec.process.capabilities = {};
  spec.process.noNewPrivileges = true;
  spec.root.readonly = true;
  spec.mounts.push({
    destination: '/tmp',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'nodev'],
  });
  // The port is one of this machine; groups of processes are whoever runs it for real.
  spec.mounts = spec.mounts.filter(({ type }: { type: string }) => !type.startsWith('cgroup'));
  delete spec.linux.resources;
  spec.linux.namespaces = spec.linux.namespaces.filter(
    ({ type }: { type: string }) => type !== 'network' && type !== 'cgroup',
  );
  spec.process.env = [...config.Env];
  await writeFile(join(bundle, 'config.json'), JSON.stringify(spec));
  return { bundle, config };
}

/** What a service answers at a path, once it is up. */
async function answerOf(kind: string, path: string): Promise<{ status: number; text: string }> {
  const { bundle } = await containerOf(kind);
  const port = await freePort();
  const spec = JSON.parse(await readFile(join(bundle, 'config.json'), 'utf8'));
  spec.process.env.push(`PORT=${port}`);
  await writeFile(join(bundle, 'config.json'), JSON.stringify(spec));
  const name = `cowa-${kind}-${process.pid}`;
  const flags = ['--root', at('runc'), 'run', '--bundle', bundle, name];
  const child = spawn(runtime, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    for (let tries = 0; tries < 120; tries++) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
      if (answer !== undefined) return { status: answer.status, text: await answer.text() };
      await wait(250);
    }
    throw new Error(`${kind} does not answer: ${said}`);
  } finally {
    await execute(runtime, ['--root', at('runc'), 'kill', name, 'KILL']).catch(() => undefined);
    await ended;
  }
}

const filesOf = async (kind: string): Promise<readonly string[]> =>
  (
    await execute('find', [at(`run-${kind}`, 'rootfs'), '-printf', '%P\\n'], { maxBuffer: 2 ** 26 })
  ).stdout.split('\n');

describe.skipIf(reasons.length > 0)(
  `images of the Containerfiles of bundles/images${reasons.length === 0 ? '' : ` (skipped: ${reasons.join(', ')})`}`,
  () => {
    it.skipIf(!isWanted('python-model-cpu'))(
      'python-model-cpu answers its health check as user 65532, without pip',
      async () => {
        expect(await answerOf('python-model-cpu', '/health')).toEqual({
          status: 200,
          text: '{"status":"ok","user":65532}',
        });
        const files = await filesOf('python-model-cpu');
        expect(files).toContain('opt/python/uvicorn/main.py');
        expect(files.filter((path) => /(?:^|\/)(?:pip|gcc|cc)3?$/.test(path))).toEqual([]);
      },
    );

    it.skipIf(!isWanted('node-ui'))('node-ui answers, without npm', async () => {
      expect(await answerOf('node-ui', '/')).toEqual({ status: 200, text: 'ok' });
      expect((await filesOf('node-ui')).filter((path) => /bin\/(?:npm|npx)$/.test(path))).toEqual(
        [],
      );
    });

    it.skipIf(!isWanted('python-model-gpu'))(
      'python-model-gpu is installed from wheels alone, and serves as user 65532, offline',
      async () => {
        expect(await answerOf('python-model-gpu', '/health')).toEqual({
          status: 200,
          text: '{"vllm": "0.11.0", "offline": "1", "user": 65532}',
        });
        const files = await filesOf('python-model-gpu');
        expect(files).toContain('opt/python/vllm/__init__.py');
        // The wheels were mounted, and lie in no layer.
        expect(files.filter((path) => /\.whl$|(?:^|\/)(?:pip|gcc|cc)3?$/.test(path))).toEqual([]);
      },
    );

    it.skipIf(!isWanted('rust-api'))('rust-api answers, without cargo or a compiler', async () => {
      expect(await answerOf('rust-api', '/')).toEqual({ status: 200, text: 'ok' });
      const files = await filesOf('rust-api');
      expect(files).toContain('usr/local/bin/service');
      expect(files.filter((path) => /(?:^|\/)(?:cargo|rustc|gcc|cc|ld)$/.test(path))).toEqual([]);
    });

    it.skipIf(!isWanted('migrations'))('migrations runs its files in their order', async () => {
      const { bundle } = await containerOf('migrations');
      const name = `cowa-migrations-${process.pid}`;
      const { stdout } = await execute(runtime, [
        '--root',
        at('runc'),
        'run',
        '--bundle',
        bundle,
        name,
      ]);
      expect(stdout.trim().split('\n')).toEqual([
        'applying /migrations/0001-initial.sql',
        'applying /migrations/0002-more.sql',
        '65532',
      ]);
    });
  },
);
