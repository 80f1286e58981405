import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProgram } from '../../../src/cli/load-program.ts';
import ImagesList from '../../../src/commands/images/list.ts';
import ImagesLock from '../../../src/commands/images/lock.ts';
import ImagesOutdated from '../../../src/commands/images/outdated.ts';
import ImagesPull from '../../../src/commands/images/pull.ts';
import { digestOf, hexOf } from '../../../src/oci/digest.ts';
import { schemaFaults } from '../../support/closed-schema.ts';
import { writeBelow } from '../../support/write-below.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../../..'), source: true });
const commands = {
  list: (argv: string[]) => ImagesList.run(argv, config),
  lock: (argv: string[]) => ImagesLock.run(argv, config),
  outdated: (argv: string[]) => ImagesOutdated.run(argv, config),
  pull: (argv: string[]) => ImagesPull.run(argv, config),
};
let folder = '';

const release = `apiVersion: cowa-release/v1
name: small
version: 1.0.0
architecture: amd64
imageSources:
  - type: compose
    images:
      registry.example.com/small/base:1:
        base: scratch
        layers: [{ files: [{ source: base.txt, target: /base.txt }] }]
      registry.example.com/small/api:1:
        base: registry.example.com/small/base:1
        layers: [{ files: [{ source: api.txt, target: /api.txt }] }]
flavors:
  cpu: { packages: [{ path: one }] }
  gpu: { packages: [{ path: one }, { path: two }] }
payloads:
  - { package: two, source: model, path: weights, sha256: ${hexOf(digestOf('weights'))} }
`;

function definition(name: string, more: string): string {
  return `kind: ZarfPackageConfig
metadata: { name: ${name}, version: 1.0.0 }
components:
- name: main
  required: true
${more}`;
}

const place = (files: Readonly<Record<string, string>>) => writeBelow(folder, files);

async function images(command: keyof typeof commands, ...flags: readonly string[]) {
  const definitionPath = join(folder, 'cowa-release.yaml');
  const common = ['-f', definitionPath, '--cache-dir', join(folder, 'cache'), '--quiet'];
  const done = await captureOutput<unknown>(() => commands[command]([...common, ...flags]));
  return { ...done, exitCode: process.exitCode ?? 0 };
}

const lockPath = (): string => join(folder, 'cowa-release.lock.json');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-images-'));
  await place({
    'cowa-release.yaml': release,
    'base.txt': 'base',
    'api.txt': 'api',
    weights: 'weights',
    'one/zarf.yaml': definition('one', '  images: [registry.example.com/small/api:1]\n'),
    'two/zarf.yaml': definition(
      'two',
      '  images: [registry.example.com/small/base:1]\n  files: [{ source: model, target: /m }]\n',
    ),
  });
});

afterEach(async () => {
  process.exitCode = 0;
  await rm(folder, { recursive: true, force: true });
});

describe('images list', () => {
  it('shows source, digest, size and shared layers of each image by flavor', async () => {
    const { stdout, error } = await images('list');
    expect(error).toBeUndefined();
    expect(stdout).toMatch(/^cpu {2}1 image, .*\n {2}registry.example.com\/small\/api:1\n/);
    expect(stdout).toMatch(/sha256:[0-9a-f]{64} {2}from compose\n {4}.* 2 layers, 1 shared/);
  });

  it('gives the same as one document', async () => {
    const { stdout, result } = await images('list', '--flavor', 'gpu', '--json');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(result)));
    expect(result).toMatchObject({
      schema: 'cowa-release/images-list/v1',
      flavors: [{ flavor: 'gpu', images: [{ layers: 2, sharedLayers: 1 }, { sharedLayers: 1 }] }],
    });
  });

  it('says so when an image is nowhere', async () => {
    await place({ 'one/zarf.yaml': definition('one', '  images: [registry.example.com/x:1]\n') });
    expect((await images('list')).error).toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });

  it('wants a lock where it is told to take what is locked', async () => {
    expect((await images('list', '--locked')).error).toMatchObject({
      code: 'RELEASE_LOCK_INVALID',
    });
  });
});

describe('images pull', () => {
  it('fills the cache once', async () => {
    const first = await images('pull');
    expect(first.result).toMatchObject({ fetched: { blobs: 6 }, total: { blobs: 6 } });
    const second = await images('pull', '--flavor', 'cpu');
    expect(second.result).toMatchObject({ fetched: { blobs: 0, bytes: 0 }, total: { blobs: 4 } });
    expect(second.stdout).toContain('fetched 0 blobs, 0 B; 4 of 4');
  });

  it('refuses content that is not what was locked', async () => {
    await images('lock');
    await place({ 'api.txt': 'another api' });
    expect((await images('pull', '--locked')).error).toMatchObject({ code: 'LOCK_DRIFT' });
    await place({ 'api.txt': 'api' });
    expect((await images('pull', '--locked')).error).toBeUndefined();
  });
});

describe('images lock', () => {
  it('writes images and payloads of every flavor, the same bytes every time', async () => {
    const first = await images('lock');
    expect(first.result).toMatchObject({
      outcome: 'written',
      flavors: [
        { flavor: 'cpu', images: 1, payloads: 0, packages: 0 },
        { flavor: 'gpu', images: 2, payloads: 1, packages: 0 },
      ],
    });
    const text = await readFile(lockPath(), 'utf8');
    expect((await images('lock')).result).toMatchObject({ outcome: 'unchanged' });
    await rm(lockPath());
    await images('lock');
    expect(await readFile(lockPath(), 'utf8')).toBe(text);
    expect(JSON.parse(text)).toMatchObject({
      flavors: { gpu: { payloads: [{ path: 'weights', size: 7 }] } },
    });
  });

  it('agrees with what it wrote', async () => {
    await images('lock');
    const { result, exitCode, stdout } = await images('lock', '--check');
    expect(result).toMatchObject({ outcome: 'agrees', drift: [] });
    expect(stdout).toContain('agrees');
    expect(exitCode).toBe(0);
  });

  it('exits with 1 when an image drifted, and leaves the file alone', async () => {
    await images('lock');
    const before = await readFile(lockPath(), 'utf8');
    await place({ 'api.txt': 'another api' });
    const { result, exitCode, stdout } = await images('lock', '--check', '--flavor', 'cpu');
    expect(exitCode).toBe(1);
    expect(result).toMatchObject({
      outcome: 'drifted',
      drift: [{ flavor: 'cpu', kind: 'image', change: 'changed' }],
    });
    expect(stdout).toMatch(/^DRIFT .*in 1 place\n {2}changed image of cpu: registry/);
    expect(await readFile(lockPath(), 'utf8')).toBe(before);
  });

  it('leaves flavors alone that were not asked for', async () => {
    await images('lock');
    await place({ 'api.txt': 'another api' });
    await images('lock', '--flavor', 'cpu');
    expect((await images('lock', '--check', '--flavor', 'cpu')).exitCode).toBe(0);
    expect((await images('lock', '--check', '--flavor', 'gpu')).exitCode).toBe(1);
  });

  it('has nothing to check where there is no lock', async () => {
    expect((await images('lock', '--check')).error).toMatchObject({ code: 'RELEASE_LOCK_INVALID' });
  });

  it('replaces a damaged lock only when all flavors are locked', async () => {
    await place({ 'cowa-release.lock.json': '{' });
    expect((await images('lock', '--flavor', 'cpu')).error).toMatchObject({
      code: 'RELEASE_LOCK_INVALID',
    });
    expect((await images('lock')).result).toMatchObject({ outcome: 'written' });
  });

  it('refuses to lock a payload that is not what the definition promises', async () => {
    await place({ weights: 'other' });
    expect((await images('lock')).error).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });
});

describe('images lock --update', () => {
  const base = 'registry.example.com/small/base:1';
  const api = 'registry.example.com/small/api:1';
  const digests = async () => {
    const lock = JSON.parse(await readFile(lockPath(), 'utf8'));
    return [...lock.flavors.gpu.images, ...lock.flavors.cpu.images].map(
      ({ reference, digest }: { reference: string; digest: string }) => `${reference} ${digest}`,
    );
  };

  it('changes what it names in every flavor, and nothing else', async () => {
    await images('lock');
    const before = await digests();
    await place({ 'base.txt': 'another base', 'api.txt': 'another api' });
    const { result } = await images('lock', '--update', api);
    expect(result).toMatchObject({
      outcome: 'written',
      drift: [
        { flavor: 'cpu', name: api },
        { flavor: 'gpu', name: api },
      ],
    });
    const after = await digests();
    expect(after.map((each, at) => each === before[at])).toEqual([false, true, false]);
    expect((await images('lock', '--check', '--update', api)).exitCode).toBe(0);
    expect((await images('lock', '--check', '--update', base)).exitCode).toBe(1);
  });

  it('adds what the definition names and the lock does not', async () => {
    await images('lock');
    await place({ 'one/zarf.yaml': definition('one', `  images: [${api}, ${base}]\n`) });
    expect((await images('lock', '--update', base)).result).toMatchObject({
      drift: [{ flavor: 'cpu', change: 'added', name: base }],
    });
    expect((await images('lock', '--check')).exitCode).toBe(0);
  });

  it('wants a lock, and a name of the release', async () => {
    expect((await images('lock', '--update', api)).error).toMatchObject({
      code: 'RELEASE_LOCK_INVALID',
    });
    await images('lock');
    expect((await images('lock', '--update', 'other:1')).error).toMatchObject({
      code: 'LOCK_NAME_UNKNOWN',
      exitCode: 2,
      suggestions: expect.arrayContaining([expect.stringContaining(api)]),
    });
  });
});

describe('images outdated', () => {
  const api = 'registry.example.com/small/api:1';

  it('says that all is as locked', async () => {
    await images('lock');
    const { stdout, exitCode, result } = await images('outdated');
    expect(stdout).toContain('CURRENT  all 3 references as locked');
    expect(exitCode).toBe(0);
    expect(schemaFaults('images-outdated-result', JSON.parse(JSON.stringify(result)))).toEqual([]);
  });

  it('names what moved with both digests and the next command, with 1', async () => {
    await images('lock');
    const before = await readFile(lockPath(), 'utf8');
    await place({ 'api.txt': 'another api' });
    const { stdout, exitCode, result } = await images('outdated', '--flavor', 'cpu');
    expect(exitCode).toBe(1);
    expect(result).toMatchObject({ entries: [{ reference: api, state: 'outdated' }] });
    expect(stdout).toContain(`next: cowa-release images lock --update ${api}`);
    expect(await readFile(lockPath(), 'utf8')).toBe(before);
  });

  it('tells what is gone, unlocked and pinned apart', async () => {
    await images('lock');
    await place({
      'cowa-release.yaml': release.replace('small/api:1', 'small/new:1'),
      'two/zarf.yaml': definition(
        'two',
        '  images: [registry.example.com/small/new:1]\n  files: [{ source: model, target: /m }]\n',
      ),
      'one/zarf.yaml': definition(
        'one',
        `  images: [${api}, registry.example.com/x@${digestOf('x')}]\n`,
      ),
    });
    const lock = JSON.parse(await readFile(lockPath(), 'utf8'));
    const [image] = lock.flavors.cpu.images;
    lock.flavors.cpu.images.push({
      ...image,
      reference: `registry.example.com/x@${digestOf('x')}`,
    });
    await writeFile(lockPath(), JSON.stringify(lock));
    const { result, exitCode, stdout, error } = await images('outdated');
    expect(error).toBeUndefined();
    expect(exitCode).toBe(1);
    expect(result).toMatchObject({
      entries: [
        { flavor: 'cpu', reference: api, state: 'gone', code: 'IMAGE_NOT_FOUND' },
        { flavor: 'cpu', state: 'pinned' },
        { flavor: 'gpu', reference: api, state: 'gone' },
        { flavor: 'gpu', reference: 'registry.example.com/small/new:1', state: 'unlocked' },
        { flavor: 'gpu', state: 'unlocked' },
      ],
    });
    expect(schemaFaults('images-outdated-result', JSON.parse(JSON.stringify(result)))).toEqual([]);
    expect(stdout).toContain(`gone image of cpu: ${api}`);
  });

  it('says what could not be asked, of that alone, with 4', async () => {
    await images('lock');
    const source = `  - { type: registry, hosts: ['127.0.0.1:1'], plainHttp: ['127.0.0.1:1'] }\nflavors:`;
    await place({
      'cowa-release.yaml': release.replace('flavors:', source),
      'one/zarf.yaml': definition('one', `  images: [${api}, '127.0.0.1:1/a/b:1']\n`),
    });
    const { result, exitCode } = await images('outdated', '--flavor', 'cpu');
    expect(exitCode).toBe(4);
    expect(result).toMatchObject({
      entries: [{ state: 'unknown' }, { reference: api, state: 'current' }],
    });
  }, 30_000);

  it('wants a lock', async () => {
    expect((await images('outdated')).error).toMatchObject({ code: 'RELEASE_LOCK_INVALID' });
  });
});
