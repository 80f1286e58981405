import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Descriptor, mediaTypes } from '../../src/oci/descriptor.ts';
import { missingPrograms } from '../support/local-registry.ts';
import { type Ended, ownProgram } from '../support/peers.ts';
import { LayoutBuilder } from '../support/real-images.ts';

const execute = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const shell = ['/bin/dash', '/bin/cat', '/bin/grep'];
const reasons = async (...programs: readonly string[]): Promise<readonly string[]> => [
  ...(await missingPrograms(...programs, 'tar', 'ldd')).map((name) => `no ${name}`),
  ...(isRoot ? [] : ['not root']),
];
const missing = {
  buildah: await reasons('buildah', 'unshare'),
  podman: await reasons('podman', 'unshare'),
  buildkit: await reasons('buildkitd', 'buildctl', 'runc'),
};
const secret = 'a-planted-secret-3f9c';
const amd64 = { os: 'linux', architecture: 'amd64' };
let home = '';
let base: Descriptor;

const at = (...path: readonly string[]): string => join(home, ...path);

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), text);
}

/** A shell of this machine with the libraries it needs, as an image: real steps run in it. */
async function shellImage(): Promise<Descriptor> {
  const layout = new LayoutBuilder(at('release/vendor'));
  const { stdout } = await execute('ldd', shell);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  const files = [...new Set([...shell, ...libraries])].map((path) => path.slice(1)).sort();
  const tar = at('shell.tar');
  const modes = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  const names = ['--dereference', '--transform=s,^bin/dash$,bin/sh,', '-C', '/', ...files];
  await execute('tar', [...modes, '-cf', tar, ...names]);
  const layer = await layout.blob(mediaTypes.ociLayerTar, await readFile(tar));
  const settings = { rootfs: { type: 'layers', diff_ids: [layer.digest] }, config: {} };
  const history = [{ created: '1970-01-01T00:00:00Z', created_by: 'tar' }];
  const config = await layout.blob(
    mediaTypes.ociConfig,
    JSON.stringify({ ...amd64, ...settings, history }),
  );
  const image = { ...(await layout.manifest(config, [layer])), platform: amd64 };
  layout.tag(image, 'registry.example.com/vendor/shell:1');
  await layout.finish();
  return image;
}

async function writeRelease(): Promise<void> {
  const team = 'registry.example.com/team';
  await put(
    'release/cowa-release.yaml',
    `apiVersion: cowa-release/v1
name: built
version: 1.2.3
architecture: amd64
sourceDateEpoch: 1767225600
imageSources:
  - type: build
    allowedBases: ['registry.example.com/vendor/*']
    images:
      ${team}/sdk:1: { context: images/sdk, secrets: [{ id: token, file: token }] }
      ${team}/api:1: { context: images/api, args: { GREETING: hello }, labels: { team: api } }
      ${team}/model:1: { context: images/model, target: production }
  - { type: oci-layout, path: vendor }
flavors:
  cpu: { packages: [{ path: app }] }
  gpu: { packages: [{ path: app }] }
`,
  );
  await put(
    'release/app/zarf.yaml',
    `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
components:
- name: main
  required: true
  images: ['${team}/api:1', '${team}/model:1']
`,
  );
  await put('release/token', secret);
  await put(
    'release/images/sdk/Containerfile',
    `FROM registry.example.com/vendor/shell:1@${base.digest}
RUN --mount=type=secret,id=token [ "$(cat /run/secrets/token)" = ${'"$(cat /run/secrets/token)"'} ] && echo read > /secret-was-there
RUN cat /proc/net/dev > /seen-network
`,
  );
  await put(
    'release/images/api/Containerfile',
    `FROM ${team}/sdk:1
ARG GREETING=none
COPY kept/ /kept/
RUN echo $GREETING > /greeting
USER 65532:65532
`,
  );
  await put('release/images/api/.containerignore', '**/*.tmp\n');
  await put('release/images/api/kept/file', 'kept');
  await put('release/images/api/kept/left.tmp', 'left out');
  await put(
    'release/images/model/Containerfile',
    `FROM ${team}/sdk:1 AS build
RUN echo made > /made
FROM registry.example.com/vendor/shell:1@${base.digest} AS production
COPY --from=build /made /made
COPY --from=${team}/api:1 /greeting /greeting
FROM build AS development
`,
  );
}

const program = async (
  cache: string,
  words: string,
): Promise<Ended & { readonly document: Record<string, unknown> }> => {
  const [topic = '', ...rest] = words.split(' ');
  const common = ['-f', at('release/cowa-release.yaml'), '--cache-dir', at(cache), '--json'];
  const done = await ownProgram([topic, ...rest, ...common], home);
  return { ...done, document: Object(JSON.parse(done.stdout)) };
};

interface Built {
  readonly reference: string;
  readonly digest: string;
  readonly outcome: string;
}

const imagesOf = ({ document }: { readonly document: Record<string, unknown> }): Built[] =>
  JSON.parse(JSON.stringify(document['images']));

/** Every file below a folder, as text; what is compressed with gzip as it was before. */
async function textsBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(join(file.parentPath, file.name));
      const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
      return (isGzip ? gunzipSync(bytes) : bytes).toString('latin1');
    }),
  );
}

/** Command lines that name a folder. */
async function processesAt(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(folder)) found.push(line.replaceAll('\0', ' '));
  }
  return found;
}

/** Built, not built again, built anew to the same digests, packed for both flavors; and no secret anywhere. */
async function buildsAndPacks(cache: string, flags: string): Promise<void> {
  const first = await program(cache, `images build ${flags}`);
  expect(first, first.stdout + first.stderr).toMatchObject({ code: 0 });
  const built = imagesOf(first);
  expect(built.map(({ reference, outcome }) => [reference.split('/').at(-1), outcome])).toEqual([
    ['sdk:1', 'built'],
    ['api:1', 'built'],
    ['model:1', 'built'],
  ]);
  expect(
    imagesOf(await program(cache, `images build ${flags}`)).map(({ outcome }) => outcome),
  ).toEqual(['reused', 'reused', 'reused']);
  const again = imagesOf(await program(`${cache}-again`, `images build ${flags}`));
  expect(again.map(({ digest }) => digest)).toEqual(built.map(({ digest }) => digest));
  expect(await readdir(at(cache, 'engines'))).toEqual([]);

  const assembled = await program(
    cache,
    `assemble --flavor all --insecure-unsigned --out ${at(`${cache}-out`)}`,
  );
  expect(assembled, assembled.stdout).toMatchObject({ code: 0 });
  const texts = [...(await textsBelow(at(cache))), ...(await textsBelow(at(`${cache}-out`)))];
  const said = first.stdout + first.stderr;
  expect([...texts, said].filter((text) => text.includes(secret))).toEqual([]);
  expect(texts.filter((text) => text.includes('left out'))).toEqual([]);
  const config = texts.find((text) => text.includes('"team":"api"')) ?? '';
  expect(config).toContain('"org.opencontainers.image.version":"1.2.3"');
  expect(config).toContain('"org.opencontainers.image.created":"2026-01-01T00:00:00Z"');
  // A step sees the loopback device, and no other.
  const network =
    texts.find((text) => text.includes('Inter-|') && text.includes('seen-network')) ?? '';
  expect([...network.matchAll(/^ *(\w+):/gm)].map(([, name]) => name)).toEqual(['lo']);
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cowa-engines-'));
  await mkdir(at('release'), { recursive: true });
  if (Object.values(missing).every((reasons) => reasons.length > 0)) return;
  base = await shellImage();
  await writeRelease();
});

afterAll(() => rm(home, { recursive: true, force: true }));

describe.skipIf(missing.buildah.length > 0)(
  `images built by buildah${missing.buildah.length === 0 ? '' : ` (skipped: ${missing.buildah.join(', ')})`}`,
  () => {
    it('three with a shared base, for both flavors', () =>
      buildsAndPacks('ah', '--engine buildah'));

    it('come to the same digests after kills at any moment', async () => {
      const whole = imagesOf(await program('ah', 'images build --engine buildah'));
      for (const afterMs of [1500, 3000, 5000]) {
        const folder = ['--cache-dir', at('killed'), '-f', at('release/cowa-release.yaml')];
        const script = join(import.meta.dirname, '../../bin/dev.js');
        const child = spawn(
          process.execPath,
          [script, 'images', 'build', '--engine=buildah', ...folder],
          {
            env: { PATH: process.env['PATH'], HOME: home, TMPDIR: home },
            stdio: 'ignore',
          },
        );
        const ended = new Promise((resolve) => child.once('exit', resolve));
        await Promise.race([wait(afterMs), ended]);
        child.kill('SIGKILL');
        await ended;
      }
      await wait(1000);
      expect(await processesAt(at('killed'))).toEqual([]);
      const done = await program('killed', 'images build --engine buildah');
      expect(imagesOf(done).map(({ digest }) => digest)).toEqual(whole.map(({ digest }) => digest));
      expect(await readdir(at('killed', 'engines'))).toEqual([]);
    });

    it('fail by name, and only what needs them is skipped', async () => {
      const path = 'release/images/api/Containerfile';
      const text = await readFile(at(path), 'utf8');
      await put(path, `${text}RUN echo about to fail && cat /run/secrets/none\n`);
      const done = await program('broken', 'images build --engine buildah');
      await put(path, text);
      expect(done.code).toBe(3);
      expect(imagesOf(done)).toMatchObject([
        { outcome: 'built' },
        { outcome: 'failed', error: { code: 'BUILD_FAILED' } },
        { outcome: 'skipped' },
      ]);
      expect(done.stdout).toContain('about to fail');
      expect(await readdir(at('broken', 'engines'))).toEqual([]);
    });
  },
);

describe.skipIf(missing.podman.length > 0)(
  `images built by podman${missing.podman.length === 0 ? '' : ` (skipped: ${missing.podman.join(', ')})`}`,
  () => {
    it('three with a shared base, for both flavors', () =>
      buildsAndPacks('pod', '--engine podman'));
  },
);

/** A BuildKit of our own, on a free loopback port. */
async function startBuildkit(): Promise<AsyncDisposable & { readonly address: string }> {
  const port = await freePort();
  const address = `tcp://127.0.0.1:${port}`;
  const root = at(`buildkit-${port}`);
  const workers = [
    '--oci-worker-snapshotter=native',
    '--oci-worker-net=host',
    '--oci-worker-binary=runc',
  ];
  const child = spawn(
    'buildkitd',
    ['--addr', address, '--root', root, '--containerd-worker=false', ...workers],
    {
      stdio: 'ignore',
    },
  );
  for (let tries = 0; tries < 60; tries++) {
    const answer = await execute('buildctl', ['--addr', address, 'debug', 'info']).catch(
      () => undefined,
    );
    if (answer !== undefined) break;
    await wait(500);
  }
  return {
    address,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const found = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof found === 'object' && found !== null ? found.port : 0;
}

describe.skipIf(missing.buildkit.length > 0)(
  `images built by BuildKit${missing.buildkit.length === 0 ? '' : ` (skipped: ${missing.buildkit.join(', ')})`}`,
  () => {
    it('three with a shared base, for both flavors', async () => {
      await using buildkit = await startBuildkit();
      await buildsAndPacks('kit', `--engine buildkit --builder ${buildkit.address}`);
    });

    it('two that listen share the images of one platform', async () => {
      await using one = await startBuildkit();
      await using two = await startBuildkit();
      const path = 'release/cowa-release.yaml';
      const text = await readFile(at(path), 'utf8');
      const builders = [one, two].map(
        ({ address }) => `{ address: '${address}', platform: linux/amd64 }`,
      );
      await put(
        path,
        text.replace(
          '  - type: build\n',
          `  - type: build\n    builders: [${builders.join(', ')}]\n`,
        ),
      );
      const done = await program('two', 'images build');
      await put(path, text);
      expect(done, done.stdout).toMatchObject({ code: 0 });
      expect(imagesOf(done)).toHaveLength(3);
    });

    it('a builder that does not answer is said by its address', async () => {
      const done = await program(
        'none',
        'images build --engine buildkit --builder tcp://127.0.0.1:9',
      );
      expect(done.code).not.toBe(0);
      expect(done.stdout).toContain('no BuildKit answers at tcp://127.0.0.1:9');
    });
  },
);
