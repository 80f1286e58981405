import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import Assemble from '../../src/commands/assemble.ts';
import ImagesBuild from '../../src/commands/images/build.ts';
import { fakeBuildah } from '../support/fake-buildah.ts';
import { builtRelease } from '../support/one-image-release.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';
const at = (...path: readonly string[]): string => join(folder, ...path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-assemble-build-'));
  const bin = await fakeBuildah(at('engine'));
  vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
  await mkdir(at('release/images/a'), { recursive: true });
  await mkdir(at('release/app'));
  await writeFile(at('release/images/a/Containerfile'), 'FROM scratch\n');
  await writeFile(
    at('release/app/zarf.yaml'),
    `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
components: [{ name: main, required: true, images: ['ex.com/team/a:1', 'ex.com/team/b:1'] }]
`,
  );
  await writeFile(
    at('release/cowa-release.yaml'),
    builtRelease(
      "'ex.com/team/a:1': { context: images/a }, 'ex.com/team/b:1': { context: images/a }",
    ),
  );
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

const places = () => ['-f', at('release/cowa-release.yaml'), '--cache-dir', at('cache')];
const assemble = (...flags: readonly string[]) =>
  captureOutput(() =>
    Assemble.run(
      ['--flavor', 'cpu', '--insecure-unsigned', '--out', at('out'), ...places(), ...flags],
      { root },
    ),
  );
const builds = async (): Promise<number> =>
  (await readFile(at('engine/calls'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line.includes(' build ')).length;

describe('assemble --build', () => {
  it('is asked for: without it, what was not built is missing', async () => {
    const { stdout } = await assemble();
    expect(stdout).toContain('IMAGE_NOT_BUILT');
    expect(process.exitCode).toBe(3);
    expect(await builds()).toBe(0);
    expect((await assemble('--engine', 'buildah')).error?.message).toContain('--build');
  });

  it('tells every build that failed, by what the engine said', async () => {
    await writeFile(at('engine/fail'), 'no such thing\n');
    const { error } = await assemble('--build', '--engine', 'buildah');
    await rm(at('engine/fail'));
    expect(error).toMatchObject({ code: 'BUILD_FAILED' });
    expect(error?.message).toContain('2 of 2 images were not built');
    expect(error?.message.match(/no such thing/g)).toHaveLength(2);
  });

  it('builds what is missing, once', async () => {
    const before = await builds();
    const { error, stdout } = await assemble('--build', '--engine', 'buildah');
    expect(error).toBeUndefined();
    expect(stdout).toContain('DONE  built 1.2.3 amd64');
    expect(await builds()).toBe(before + 2);
    expect((await assemble('--build', '--engine', 'buildah')).error).toBeUndefined();
    expect(await builds()).toBe(before + 2);
    const { stdout: told } = await captureOutput(() => ImagesBuild.run(places(), { root }));
    expect(told).toContain('built 0, reused 2, failed 0, skipped 0');
  });
});
