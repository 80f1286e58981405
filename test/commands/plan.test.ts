import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FsBlobStore } from '../../src/adapters/fs/blob-store.ts';
import Assemble from '../../src/commands/assemble.ts';
import ImagesBuild from '../../src/commands/images/build.ts';
import ImagesList from '../../src/commands/images/list.ts';
import Plan from '../../src/commands/plan.ts';
import { heldContent } from '../../src/ports/blob-store.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { fakeBuildah } from '../support/fake-buildah.ts';

const root = join(import.meta.dirname, '../..');
const run = { signal: new AbortController().signal };
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
/** Nobody has this name: a question to it would fail. */
const host = 'files.invalid';
let folder = '';
const at = (...path: readonly string[]): string => join(folder, ...path);

async function place(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
  }
}

const locked = (address: string, text: string, more = {}) => ({
  address,
  sha256: sha(text),
  size: text.length,
  ...more,
});
const repository = `https://${host}/team/app.git@v1`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-plan-'));
  vi.stubEnv('PATH', `${await fakeBuildah(at('engine'))}:${process.env['PATH']}`);
  await place({
    'cowa-release.yaml': `apiVersion: cowa-release/v1
name: planned
version: 1.2.3
architecture: amd64
sourceDateEpoch: 1767225600
imageSources:
  - type: build
    images:
      ex.com/team/api:1: { context: images/api }
      ex.com/team/sdk:1: { context: images/sdk }
remoteInputs: { hosts: [${host}] }
flavors: { cpu: { packages: [{ path: app }] } }
payloads:
  - { package: app, source: model, from: { url: 'https://${host}/model' }, sha256: ${sha('model')} }
`,
    'images/sdk/Containerfile': `FROM registry.invalid/debian@sha256:${sha('debian')}\n`,
    'images/api/Containerfile': 'FROM ex.com/team/sdk:1\nCOPY a.txt /\n',
    'images/api/a.txt': 'a',
    'app/base/kustomization.yaml': 'resources: []\n',
    'app/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
components:
  - name: main
    required: true
    images: [ex.com/team/api:1]
    repos: ['${repository}']
    manifests: [{ name: m, namespace: n, kustomizations: [base] }]
    charts: [{ name: podinfo, namespace: n, url: 'https://${host}/charts', version: 6.0.0 }]
    files:
      - { source: model, target: /model }
      - { source: 'https://${host}/held', target: /held, shasum: ${sha('held')} }
      - { source: 'https://${host}/there', target: /there, shasum: ${sha('there')} }
`,
    'cowa-release.lock.json': JSON.stringify({
      schema: 'cowa-release/lock/v1',
      name: 'planned',
      architecture: 'amd64',
      flavors: {
        cpu: {
          images: [],
          payloads: [],
          inputs: [
            locked(`https://${host}/there`, 'there', { kind: 'file' }),
            locked(repository, 'tree', { kind: 'repository', commit: 'a'.repeat(40) }),
          ],
        },
      },
    }),
  });
  await new FsBlobStore(at('cache/blobs')).put(heldContent(Buffer.from('held')).open(run), {}, run);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

const places = () => [
  ...['-f', at('cowa-release.yaml'), '--cache-dir', at('cache'), '--flavor', 'cpu', '--quiet'],
];
const plan = (...flags: readonly string[]) =>
  captureOutput(() => Plan.run([...places(), ...flags], { root }));
const list = (...flags: readonly string[]) =>
  captureOutput(() => ImagesList.run([...places(), ...flags], { root }));

describe('before the first build', () => {
  it('plan names what is to be built, bases first, and ends well', async () => {
    const { stdout, error } = await plan();
    expect(error).toBeUndefined();
    expect(stdout).toContain(`to build  2 images, in this order
  ex.com/team/sdk:1
    images/sdk/Containerfile, context images/sdk (1 file, 101 B)
    on registry.invalid/debian@sha256:${sha('debian')}
`);
    expect(stdout).toContain(`  ex.com/team/api:1
    images/api/Containerfile, context images/api (2 files, 37 B)
    on ex.com/team/sdk:1, built here
next: cowa-release images build`);
    // Nobody knows how large it gets.
    expect(stdout).toMatch(/ build +>14 B {2}zarf-package-app-amd64-1\.0\.0/);
  });

  it('plan lists every input: from where, pinned to what, locked or not, in the cache or not', async () => {
    expect((await plan()).stdout).toContain(
      'no digest: as its source has it then  locked, which holds with --locked',
    );
    const { stdout } = await plan('--json');
    const { inputs, builds } = JSON.parse(stdout);
    expect(builds).toMatchObject([
      { reference: 'ex.com/team/sdk:1', bases: [{ own: false }] },
      { reference: 'ex.com/team/api:1', bases: [{ own: true }] },
    ]);
    const pinned = (text: string) => `sha256:${sha(text)}`;
    expect(inputs.map(({ flavors: _, ...rest }: { flavors: unknown }) => rest)).toEqual([
      { kind: 'kustomization', address: 'base', locked: false, state: 'built' },
      { kind: 'chart', address: expect.stringContaining('podinfo'), locked: false, state: 'asked' },
      ...[
        { kind: 'file', address: `https://${host}/held`, pinned: pinned('held'), locked: false },
      ].map((each) => ({ ...each, state: 'cached', size: 4 })),
      {
        kind: 'payload',
        address: expect.stringContaining(`https://${host}/model as app/model`),
        pinned: pinned('model'),
        locked: false,
        state: 'fetch',
      },
      { kind: 'repository', address: repository, locked: true, state: 'asked' },
      {
        kind: 'file',
        address: `https://${host}/there`,
        pinned: pinned('there'),
        locked: true,
        state: 'fetch',
        size: 5,
      },
    ]);
    expect(schemaFaults('plan-result', JSON.parse(stdout))).toEqual([]);
  });

  it('plan --locked names what the lock does, and wants all of it there', async () => {
    expect((await plan('--locked')).error).toMatchObject({ code: 'LOCK_MISSING' });
  });

  it('images list says what is missing, and in which order it is built', async () => {
    const { stdout, error } = await list();
    expect(error).toBeUndefined();
    expect(stdout).toMatch(/^cpu {2}0 images.*\nto build {2}2 images, in this order\n/);
    const { stdout: json } = await list('--json');
    expect(JSON.parse(json).builds).toHaveLength(2);
    expect(schemaFaults('images-list-result', JSON.parse(json))).toEqual([]);
  });

  it('what was built is not named again', async () => {
    await place({ 'images/sdk/Containerfile': 'FROM scratch\n' });
    await captureOutput(() => ImagesBuild.run([...places(), '--engine', 'buildah'], { root }));
    expect((await list()).stdout).not.toContain('to build');
    await writeFile(at('images/api/a.txt'), 'b');
    const { stdout } = await list();
    expect(stdout).toContain('to build  1 image, in this order\n  ex.com/team/api:1\n');
  });

  it('is told for what sources are asked, as soon as they are', async () => {
    const { stderr } = await captureOutput(() =>
      ImagesList.run(
        places().filter((each) => each !== '--quiet'),
        { root },
      ),
    );
    expect(stderr).toContain('Ask image sources for 1 image\n');
  });

  it('assemble still wants them built', async () => {
    const out = ['--out', at('out'), '--insecure-unsigned', '--skip-sbom'];
    const { stdout, error } = await captureOutput(() =>
      Assemble.run([...places(), ...out], { root }),
    );
    expect(`${stdout}${error}`).toMatch(/IMAGE_NOT_BUILT|kustomize/);
  });
});
