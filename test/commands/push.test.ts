// An archive goes into a registry with what lies beside it, and comes back as the same files.
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KeySigner } from '../../src/adapters/sigstore/key-signer.ts';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { renderReferences } from '../../src/attestation/render-references.ts';
import { loadProgram } from '../../src/cli/load-program.ts';
import Pull from '../../src/commands/pull.ts';
import Push from '../../src/commands/push.ts';
import { mediaTypes } from '../../src/oci/descriptor.ts';
import { digestOf, isDigest } from '../../src/oci/digest.ts';
import { referrersTag, renderReferrer } from '../../src/oci/referrer.ts';
import { signStatement } from '../../src/operations/sign-statement.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { LoopbackRegistry } from '../support/loopback-registry.ts';
import { type KnownArchive, ownArchives } from '../support/own-archives.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
const golden = join(import.meta.dirname, '../conformance');
const foreign = 'zarf/packages/signed/zarf-package-images-chart-amd64-1.2.3.tar.zst';
const nextBundle = 'uds/bundles/next-signed/uds-bundle-signed-amd64-0.1.0.tar.zst';
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const run = { signal: new AbortController().signal };
let archives: readonly KnownArchive[] = [];
let signing: Parameters<typeof signStatement>[1];
let folder = '';
let registry: LoopbackRegistry;

beforeAll(async () => {
  archives = await ownArchives({ noiseBytes: 1000, textBytes: 200_000 });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  signing = { signer: new KeySigner(privateKey), judge: new SigstoreJudge() };
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-push-'));
  await mkdir(join(folder, 'dist'));
  registry = await new LoopbackRegistry().start();
});
afterEach(async () => {
  process.exitCode = undefined;
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function own(name: string): KnownArchive {
  const found = archives.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}
const statement = (name: string, files: readonly string[] = []) =>
  signStatement(
    {
      payload: Buffer.from(
        renderReferences({
          subjects: [{ name, digest: digestOf(Buffer.from(name)) }],
          attester: 'https://example.org/attester',
          documents: files.map((file) => ({
            name: file,
            digest: digestOf(Buffer.from(file)),
            mediaType: 'application/json',
          })),
        }),
      ),
      about: name,
    },
    signing,
    run,
  );
async function lay(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files))
    await writeFile(join(folder, 'dist', name), bytes);
}
const push = (file: string, ...argv: string[]) =>
  captureOutput(() =>
    Push.run(
      [
        join(folder, 'dist', file),
        ...['--to', `${registry.host}/team`, '--cache-dir', join(folder, 'cache-1')],
        ...argv,
      ],
      config,
    ),
  );
const pull = (name: string, ...argv: string[]) =>
  captureOutput(() =>
    Pull.run(
      [
        `oci://${registry.host}/team/${name}`,
        ...['--out', join(folder, 'out'), '--cache-dir', join(folder, 'cache-2'), '-a', 'amd64'],
        ...argv,
      ],
      config,
    ),
  );
async function filesIn(name: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(join(folder, name));
  const files = names.map(async (each) => [
    each,
    digestOf(await readFile(join(folder, name, each))),
  ]);
  return Object.fromEntries(await Promise.all(files));
}
/** Something about a manifest, listed as the registry would list it. */
function attach(subject: string, title: string, content: string): void {
  if (!isDigest(subject)) throw new Error(subject);
  const bytes = renderReferrer({
    artifactType: bundleType,
    config: registry.blob(mediaTypes.ociEmpty, '{}'),
    layers: [registry.blob(bundleType, content)],
    subject: { mediaType: mediaTypes.ociManifest, digest: subject, size: 1 },
    annotations: { 'org.opencontainers.image.title': title },
  });
  registry.document(mediaTypes.ociManifest, Buffer.from(bytes));
}

describe('push and pull', () => {
  it.each([
    ['own signed package', false],
    ['own signed package', true],
    ['own signed bundle', false],
  ])('%s comes back byte for byte, with all that lies beside it (API: %s)', async (name, api) => {
    registry.keepsLists = api;
    const { fileName, bytes, beside } = own(name);
    const named = 'example.org_app_1.cdx.json';
    const along = {
      ...beside,
      [fileName]: bytes,
      'release.intoto.jsonl': await statement('release'),
      [`${fileName}.sboms.intoto.jsonl`]: await statement('x', [named, 'release.key']),
      [`${fileName}.provenance.intoto.jsonl`]: `${await statement('a')}${await statement('b')}`,
      [`${fileName}.cdx.json`]: '{"own":1}',
      [named]: '{"named":1}',
      'result-unit.xml': '<testsuite/>',
    };
    const others = {
      'example.org_other_1.cdx.json': '{"of another":1}',
      'zarf-package-other-amd64-1.tar.zst.cdx.json': '{}',
      'release.key': 'secret',
    };
    await lay({ ...along, ...others });
    const { stdout } = await push(fileName, '--json');
    const pushed = JSON.parse(stdout);
    expect(schemaFaults('push-result', pushed)).toEqual([]);
    expect(pushed.listed).toBe(api ? 'registry' : 'tag');
    const kinds = new Map(
      pushed.referrers.map((each: Record<string, string>) => [each['name'], each['artifactType']]),
    );
    expect([...kinds.keys()].sort()).toEqual(
      Object.keys(along)
        .filter((each) => each !== fileName)
        .sort(),
    );
    expect(kinds.get('release.intoto.jsonl')).toBe(bundleType);
    expect(kinds.get(`${fileName}.provenance.intoto.jsonl`)).toBe('application/vnd.in-toto.bundle');
    const { stdout: told } = await pull('sample:1.0.0', '--json');
    const pulled = JSON.parse(told);
    expect(schemaFaults('pull-result', pulled)).toEqual([]);
    expect(pulled.beside).toMatchObject({ sameFile: true, others: 0 });
    const expected = Object.entries(along).map(([at, content]) => [
      at,
      digestOf(Buffer.from(content)),
    ]);
    expect(await filesIn('out')).toEqual(Object.fromEntries(expected));
    // What is secret went nowhere.
    expect([...registry.blobs.values()].some((each) => each.equals(Buffer.from('secret')))).toBe(
      false,
    );
  });

  it('the second push sends nothing and changes nothing; the tag comes last', async () => {
    const { fileName, bytes } = own('own package');
    await lay({ [fileName]: bytes, 'release.intoto.jsonl': await statement('release') });
    await push(fileName);
    expect(registry.put.at(-1)).toBe('manifests 1.0.0');
    registry.put.splice(0);
    const before = [...registry.manifests.keys()];
    const { stdout } = await push(fileName, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ sentBytes: 0 });
    expect([...registry.manifests.keys()]).toEqual(before);
    expect(registry.put.filter((each) => /blobs|1\.0\.0/.test(each))).toEqual([]);
  });

  it('a push that ends early leaves no tag, and the next one completes it', async () => {
    const { fileName, bytes } = own('own package');
    await lay({ [fileName]: bytes, 'release.intoto.jsonl': await statement('release') });
    registry.takes = (name) => !name.startsWith('sha256-');
    const { error } = await push(fileName);
    expect(error).toMatchObject({ code: 'REGISTRY_FORBIDDEN' });
    expect(registry.manifests.has('1.0.0')).toBe(false);
    registry.takes = () => true;
    await push(fileName);
    await pull('sample:1.0.0');
    expect(Object.keys(await filesIn('out'))).toContain('release.intoto.jsonl');
  });

  it('another architecture is added to the tag; another content takes --replace', async () => {
    const { fileName, bytes } = own('own package');
    const signed = own('own signed package');
    await lay({ [fileName]: bytes });
    const other = registry.document(mediaTypes.ociManifest, '{"schemaVersion":2}');
    registry.tag('1.0.0', other, ['arm64']);
    await push(fileName);
    const index = () => JSON.parse(registry.manifests.get('1.0.0')?.bytes.toString() ?? '');
    expect(index().manifests).toMatchObject([
      { digest: other.digest, platform: { architecture: 'arm64' } },
      { platform: { architecture: 'amd64', os: 'multi' } },
    ]);
    await lay({ [fileName]: signed.bytes });
    expect((await push(fileName)).error).toMatchObject({ code: 'PUSH_TAG_TAKEN' });
    const { error } = await push(fileName, '--replace');
    expect(error).toBeUndefined();
    expect(index().manifests.length).toBe(2);
    registry.document(mediaTypes.ociManifest, '{"schemaVersion":2}', '1.0.0');
    expect((await push(fileName)).error).toMatchObject({ code: 'PUSH_TAG_TAKEN' });
  });

  it('an archive that other programs made comes back in other bytes, and that is said', async () => {
    const bytes = await readFile(join(golden, foreign));
    const fileName = 'zarf-package-images-chart-amd64-1.2.3.tar.zst';
    await lay({ [fileName]: bytes, 'release.intoto.jsonl': await statement('release') });
    await push(fileName);
    const { stdout } = await pull('images-chart:1.2.3');
    expect(stdout).toContain(`pushed beside another file (${digestOf(bytes)})`);
    expect(stdout).toContain('do not count for verify');
  });

  it('with --no-referrers archives go alone, and come alone', async () => {
    const { fileName, bytes } = own('own package');
    await lay({ [fileName]: bytes, 'release.intoto.jsonl': await statement('release') });
    const { stdout } = await push(fileName, '--no-referrers');
    expect(stdout).toContain('beside    nothing');
    await push(fileName);
    const { stdout: told } = await pull('sample:1.0.0', '--no-referrers');
    expect(told).not.toContain('beside');
    expect(Object.keys(await filesIn('out'))).toEqual([fileName]);
  });

  it('what does not pass, what is no archive, and too much beside it, are not pushed', async () => {
    const { fileName, bytes } = own('own package');
    const broken = Buffer.from(bytes);
    const middle = bytes.length >> 1;
    broken.writeUInt8(broken.readUInt8(middle) ^ 1, middle);
    await lay({ [fileName]: broken, 'next.tar.zst': await readFile(join(golden, nextBundle)) });
    expect((await push(fileName)).error).toMatchObject({ code: 'PUSH_REFUSED' });
    expect((await push('next.tar.zst')).error).toMatchObject({
      code: 'PUSH_FORMAT',
      suggestions: [expect.stringContaining('uds bundle push')],
    });
    const many = Array.from({ length: 257 }, (_, number) => [`x${number}.intoto.jsonl`, '{}']);
    await lay({ [fileName]: bytes, ...Object.fromEntries(many) });
    expect((await push(fileName)).error).toMatchObject({ code: 'PUSH_BESIDE_LIMIT' });
    expect(registry.put).toEqual([]);
  });
});

describe('pull of what somebody else attached', () => {
  async function published(): Promise<{ digest: string; fileName: string }> {
    registry.keepsLists = true;
    const { fileName, bytes } = own('own package');
    await lay({ [fileName]: bytes });
    const { stdout } = await push(fileName, '--json');
    return { digest: JSON.parse(stdout).digest, fileName };
  }

  it('lays nothing that is not read beside the archive', async () => {
    const { digest, fileName } = await published();
    for (const title of ['../up.intoto.jsonl', 'trust-policy.json', 'run.sh', fileName])
      attach(digest, title, title);
    const { stdout } = await pull('sample:1.0.0');
    expect(stdout).toContain('beside    0 files; 4 more of other kinds stay in the registry');
    expect(Object.keys(await filesIn('out'))).toEqual([fileName]);
    expect(await readdir(folder)).not.toContain('up.intoto.jsonl');
  });

  it('numbers statements of one name, keeps what is there, and never writes over it', async () => {
    const { digest } = await published();
    for (const content of ['one', 'two']) {
      attach(digest, 'release.intoto.jsonl', content);
      attach(digest, 'a.cdx.json', content);
    }
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'out/release.intoto.jsonl'), 'zero');
    await writeFile(join(folder, 'out/a.cdx.json'), 'zero');
    const { stdout } = await pull('sample:1.0.0');
    expect(stdout).toContain('left out: a.cdx.json');
    const read = (name: string) => readFile(join(folder, 'out', name), 'utf8');
    expect(await read('a.cdx.json')).toBe('zero');
    const statements = ['', '.2', '.3'].map((number) => read(`release${number}.intoto.jsonl`));
    expect((await Promise.all(statements)).sort()).toEqual(['one', 'two', 'zero']);
    const before = await filesIn('out');
    await pull('sample:1.0.0', '--replace');
    expect(Object.keys(await filesIn('out'))).toEqual(Object.keys(before));
    expect(await read('a.cdx.json')).not.toBe('zero');
  });

  it.each([
    ['too many files', 'REFERRERS_LIMIT', 257, undefined],
    ['one that is about something else', 'REFERRERS_SUBJECT', 1, digestOf(Buffer.from('x'))],
  ])('refuses %s: %s, and leaves nothing', async (_what, code, count, about) => {
    const { digest } = await published();
    for (let number = 0; number < count; number += 1)
      attach(about ?? digest, `x${number}.intoto.jsonl`, `${number}`);
    if (about !== undefined) {
      registry.keepsLists = false;
      const [[listed = '', { bytes }] = ['', { bytes: Buffer.alloc(0) }]] = [
        ...registry.manifests,
      ].slice(-1);
      const manifests = [{ mediaType: mediaTypes.ociManifest, digest: listed, size: bytes.length }];
      if (!isDigest(digest)) throw new Error(digest);
      const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
      registry.document(mediaTypes.ociIndex, JSON.stringify(index), referrersTag(digest));
    }
    expect((await pull('sample:1.0.0')).error).toMatchObject({ code });
    expect(await readdir(join(folder, 'out')).catch(() => [])).toEqual([]);
    expect((await pull('sample:1.0.0', '--no-referrers')).error).toBeUndefined();
  });
});
