import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import ImagesBuild from '../../../src/commands/images/build.ts';
import { fakeBuildah } from '../../support/fake-buildah.ts';
import { builtRelease } from '../../support/one-image-release.ts';

const root = join(import.meta.dirname, '../../..');
let folder = '';
let bin = '';
const at = (...path: readonly string[]): string => join(folder, ...path);
const definition = (more: string): string =>
  builtRelease(`'ex.com/team/a:1': { context: a${more} }`);
const isRoot = process.getuid?.() === 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-engine-faults-'));
  bin = await fakeBuildah(at('engine'));
  await mkdir(at('app'));
  await writeFile(
    at('app/zarf.yaml'),
    `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
components: [{ name: main, required: true, images: ['ex.com/team/a:1'] }]
`,
  );
});
beforeEach(async () => {
  await mkdir(at('a'));
  await writeFile(at('a/Containerfile'), 'FROM scratch\n');
  await writeFile(at('cowa-release.yaml'), definition(''));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  for (const each of ['a', 'cache', 'bin']) await rm(at(each), { recursive: true, force: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An engine that answers `--version`, and does this when it is to build. */
async function engine(does: string, version = '9.9.9'): Promise<void> {
  await cp(bin, at('bin'), { recursive: true });
  const text = `#!/bin/sh
case "$*" in
  *--version*) echo buildah version ${version} ;;
  *" build "*) ${does} ;;
esac
`;
  await writeFile(at('bin/buildah'), text, { mode: 0o755 });
  vi.stubEnv('PATH', `${at('bin')}:${process.env['PATH']}`);
}

/** Runs `images build`; what was wrong with the one image, or with all. */
async function built(...flags: readonly string[]) {
  const places = ['-f', at('cowa-release.yaml'), '--cache-dir', at('cache')];
  const { result, error, stdout, stderr } = await captureOutput<{
    readonly images: readonly {
      readonly outcome: string;
      readonly error?: { readonly code: string; readonly message: string };
    }[];
  }>(() => ImagesBuild.run([...places, ...flags], { root }));
  const [image] = result?.images ?? [];
  const left = await readdir(at('cache/engines')).catch(() => []);
  const code = image?.error?.code ?? error?.code;
  const message = image?.error?.message ?? error?.message ?? '';
  return { code, message, outcome: image?.outcome, exit: process.exitCode, left, stdout, stderr };
}

describe.skipIf(process.platform === 'win32')('images build, with an engine that', () => {
  it('is not there', async () => {
    await mkdir(at('bin'));
    vi.stubEnv('PATH', at('bin'));
    const { code, message, outcome } = await built();
    expect(code).toBe('ENGINE_MISSING');
    // Of no one image: nothing is built without one.
    expect(outcome).toBeUndefined();
    expect(message).toContain('no engine that builds images is here');
    expect(await built('--engine', 'podman')).toMatchObject({ code: 'ENGINE_MISSING' });
  });

  it('is docker alone: it is asked last', async () => {
    await mkdir(at('bin'));
    vi.stubEnv('PATH', at('bin'));
    const says = `#!/bin/sh\n[ "$1 $2" = "buildx version" ] && echo "github.com/docker/buildx v0.12.1 y"`;
    await writeFile(at('bin/docker'), says, { mode: 0o755 });
    const found = await built();
    expect(found).toMatchObject({ code: 'ENGINE_TOO_OLD', exit: 4 });
    expect(found.message).toMatch(/buildah.*podman.*buildx is v0\.12\.1/);
    await writeFile(at('bin/buildah'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect((await built()).message).toMatch(/buildah.*buildx is v0\.12\.1/);
  });

  it('is too old', async () => {
    await engine('exit 0', '1.27.9');
    expect(await built('--engine', 'buildah')).toMatchObject({
      code: 'ENGINE_TOO_OLD',
      message: expect.stringContaining('buildah is 1.27.9, and 1.28 is the first'),
      left: [],
      exit: 4,
    });
    // Nor is there another one to take in its place.
    await writeFile(at('bin/podman'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const found = await built();
    expect(found).toMatchObject({ code: 'ENGINE_TOO_OLD', exit: 4 });
    expect(found.message).toContain('buildah is 1.27.9');
    expect(found.stdout).toContain('next: Update buildah');
  });

  it('fails a step of best effort: partial, never a success', async () => {
    await engine('echo no >&2; exit 1');
    const steps = "steps: [{ step: 'build ex.com/team/a:1', bestEffort: true }]\n";
    await writeFile(at('cowa-release.yaml'), `${definition('')}${steps}`);
    const metrics = at('cowa.prom');
    const done = await built('--engine', 'buildah', '--metrics', metrics);
    expect(done).toMatchObject({ code: 'BUILD_FAILED', outcome: 'partial', exit: 5 });
    expect(JSON.parse(await recordsBelow(at('cache/history')))).toMatchObject({
      outcome: 'partial',
      steps: [{ id: 'build ex.com/team/a:1', outcome: 'partial' }],
    });
    expect(await readFile(metrics, 'utf8')).toMatch(/^cowa_run_success\{.*\} 0$/m);
  });

  it('has no room: it is the disk, and the operator acts', async () => {
    await engine('echo "write /x: no space left on device" >&2; exit 1');
    expect(await built('--engine', 'buildah')).toMatchObject({ code: 'DISK_FULL', exit: 4 });
  });

  it('is one of two BuildKits that is away: the other builds, and it is said', async () => {
    await mkdir(at('bin'));
    const text = `#!/bin/sh
case "$*" in
  *away*) echo connection refused >&2; exit 1 ;;
  *'debug info'*) echo 'BuildKit: github.com/moby/buildkit v0.23.2 abc' ;;
  *) echo this one builds >&2; exit 7 ;;
esac
`;
    await writeFile(at('bin/buildctl'), text, { mode: 0o755 });
    vi.stubEnv('PATH', `${at('bin')}:${process.env['PATH']}`);
    const between = async (...hosts: readonly string[]) => {
      const builders = hosts.map((host) => `{ address: 'tcp://${host}:1' }`).join(', ');
      const text = definition('').replace('  - type: build\n', `$&    builders: [${builders}]\n`);
      await writeFile(at('cowa-release.yaml'), text);
      return built();
    };
    const one = await between('away', 'here');
    expect(one).toMatchObject({ code: 'BUILD_FAILED' });
    expect(one.message).toContain('this one builds');
    expect(one.stderr).toContain('passed over: no BuildKit answers at tcp://away:1');
    expect(await between('away', 'away2')).toMatchObject({ code: 'ENGINE_UNUSABLE', exit: 4 });
  });

  it.each([
    ['crashes', 'echo half a word >&2; kill -9 $$', 'BUILD_FAILED', 'half a word'],
    ['says it built, and gave nothing', 'true', 'BUILD_OUTPUT_INVALID', 'is no image'],
    [
      'gives half an image',
      'mkdir output; echo "{" > output/index.json',
      'BUILD_OUTPUT_INVALID',
      '',
    ],
  ])('%s', async (_name, does, code, said) => {
    await engine(does);
    const done = await built();
    expect(done).toMatchObject({ code, outcome: 'failed', exit: 3, left: [] });
    expect(done.message).toContain(said);
  });

  it.each([
    [
      'in lines',
      'yes "a line of a log, as an engine writes it, with a word or two" | head -c 100000000',
    ],
    ['in one line', 'head -c 100000000 /dev/zero | tr "\\0" x'],
  ])('prints 100 MB of log %s: its end is told, and the memory stays', async (_name, writes) => {
    await engine(`${writes} >&2; echo; echo the very end; exit 1`);
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    const done = await built();
    expect(done).toMatchObject({ code: 'BUILD_FAILED', left: [] });
    expect(done.message).toContain('the very end');
    expect(done.message.length).toBeLessThan(5_000);
    expect(done.stdout.length + done.stderr.length).toBeLessThan(20_000);
    const record = await recordsBelow(at('cache/history'));
    expect(record.length).toBeLessThan(50_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 2 ** 20);
  });

  it('never ends, as its Containerfile does not: it is ended with what it started', async () => {
    await writeFile(at('cowa-release.yaml'), definition(', timeoutMinutes: 0.005'));
    await engine(`sleep 60 & echo $! > ${at('pid')}; wait`);
    const began = performance.now();
    const done = await built();
    expect(done).toMatchObject({ code: 'ENGINE_TIMEOUT', outcome: 'failed', left: [] });
    expect(done.stdout).toContain('larger timeoutMinutes');
    expect(performance.now() - began).toBeLessThan(20_000);
    const pid = (await readFile(at('pid'), 'utf8')).trim();
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '(gone) Z');
    expect(state).toMatch(/\) [ZX]/);
  });
});

async function recordsBelow(path: string): Promise<string> {
  const texts = (await readdir(path)).map((name) => readFile(join(path, name), 'utf8'));
  return (await Promise.all(texts)).join('');
}

describe.skipIf(process.platform === 'win32')('images build, with a context that holds', () => {
  it('a socket', async () => {
    await engine('exit 1');
    const server = createServer();
    await new Promise<void>((done) => server.listen(at('a/s'), done));
    const done = await built();
    await new Promise((closed) => server.close(closed));
    expect(done).toMatchObject({ code: 'BUILD_CONTEXT_UNFIT' });
    expect(done.message).toContain('s in its context is neither');
  });

  it('a pipe, which is not opened', async () => {
    await engine('exit 1');
    expect(spawnSync('mkfifo', [at('a/p')]).status).toBe(0);
    expect(await built()).toMatchObject({ code: 'BUILD_CONTEXT_UNFIT' });
  });

  it.skipIf(!isRoot)('a device, which is not read', async () => {
    await engine('exit 1');
    // It may not be allowed to make one, even as root.
    if (spawnSync('mknod', [at('a/zero'), 'c', '1', '5']).status !== 0) return;
    expect(await built()).toMatchObject({ code: 'BUILD_CONTEXT_UNFIT' });
  });

  it.each(['/etc/passwd', '../app/zarf.yaml', 'd/../../app'])('a link to %s', async (target) => {
    await engine('exit 1');
    await symlink(target, at('a/l'));
    const done = await built();
    expect(done).toMatchObject({ code: 'BUILD_CONTEXT_LINK' });
    expect(done.message).toContain(`l in its context is a link to ${target}, outside of it`);
  });
});
