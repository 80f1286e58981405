import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import Pull from '../../src/commands/pull.ts';
import { mediaTypes } from '../../src/oci/descriptor.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { LoopbackRegistry } from '../support/loopback-registry.ts';
import { trustedKey, verifyInMemory } from '../support/verify-in-memory.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
const golden = join(import.meta.dirname, '../conformance');
const signedPackage = 'zarf/packages/signed/zarf-package-images-chart-amd64-1.2.3.tar.zst';
const uncompressed = 'zarf/packages/uncompressed/zarf-package-uncompressed-amd64-1.0.0.tar';
const legacy = 'uds/bundles/legacy-one/uds-bundle-one-amd64-0.1.0.tar.zst';
const optional = 'uds/bundles/legacy-local-optional/uds-bundle-local-optional-amd64-1.0.0.tar.zst';
const next = 'uds/bundles/next-signed/uds-bundle-signed-amd64-0.1.0.tar.zst';
let folder = '';
let registry: LoopbackRegistry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-pull-'));
  registry = await new LoopbackRegistry().start();
});
afterEach(async () => {
  process.exitCode = undefined;
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const read = (path: string) => readFile(join(golden, path));
const pull = (...argv: string[]) =>
  captureOutput(() =>
    Pull.run(
      [
        ...(argv[0]?.includes('://') ? [] : [`oci://${registry.host}/team/app:1`]),
        ...['--out', join(folder, 'out'), '--cache-dir', join(folder, 'cache'), '-a', 'amd64'],
        ...argv,
      ],
      config,
    ),
  );
const written = async () => {
  const names = await readdir(join(folder, 'out')).catch(() => []);
  const [name = ''] = names;
  return { names, fileName: name, bytes: await readFile(join(folder, 'out', name)) };
};

describe('pull', () => {
  it('fetches a package into an archive in which its signature holds', async () => {
    const published = registry.package(await read(signedPackage), '1');
    const { stdout } = await pull('--json');
    const { names, fileName, bytes } = await written();
    expect(names).toEqual(['zarf-package-images-chart-amd64-1.2.3.tar.zst']);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'cowa-release/pull-result/v1',
      kind: 'package',
      published: published.digest,
      digest: digestOf(bytes),
      absent: [],
    });
    const key = trustedKey(join(golden, 'zarf/keys/p256.pub'));
    const report = await verifyInMemory({ bytes, fileName }, { key, allowUnsigned: false });
    expect(report.verdict.outcome).toBe('pass');
  });

  it('writes a package without compression as one', async () => {
    registry.package(await read(uncompressed), '1');
    await pull();
    expect((await written()).names).toEqual(['zarf-package-uncompressed-amd64-1.0.0.tar']);
  });

  it('fetches a legacy bundle', async () => {
    const published = registry.legacyBundle(await read(legacy), '1');
    const { stdout } = await pull();
    expect(stdout).toContain(`UDS bundle (legacy), published as ${published.digest}`);
    const { fileName, bytes } = await written();
    expect(fileName).toBe('uds-bundle-one-amd64-0.1.0.tar.zst');
    const report = await verifyInMemory({ bytes, fileName }, { allowUnsigned: true });
    expect(report.verdict.outcome).toBe('pass');
    expect(report.archive.root?.digest).toBe(published.digest);
  });

  it('names the files of components that a bundle leaves out', async () => {
    registry.legacyBundle(await read(optional), '1');
    const { stdout } = await pull();
    expect(stdout).toContain('the registry does not have these files');
    expect(stdout).toMatch(/^ {2}images\//m);
    const { fileName, bytes } = await written();
    const report = await verifyInMemory({ bytes, fileName }, { allowUnsigned: true });
    expect(report.verdict.outcome).toBe('pass');
  });

  it('fetches a bundle of the next format with the signature beside it', async () => {
    const published = registry.nextBundle(await read(next), '1');
    await pull();
    const { fileName, bytes } = await written();
    const key = trustedKey(join(golden, 'uds/keys/a.pub'));
    const report = await verifyInMemory({ bytes, fileName }, { key, allowUnsigned: false });
    expect(report).toMatchObject({
      archive: { format: 'uds-next', root: { digest: published.digest } },
      signature: { outcome: 'valid', location: 'uds.bundle.sig' },
      verdict: { outcome: 'pass' },
    });
  });

  it('gives the same bytes every time, and fetches nothing twice', async () => {
    registry.legacyBundle(await read(legacy), '1');
    await pull();
    const first = await written();
    registry.asked.length = 0;
    const { stdout } = await pull('--replace');
    expect(stdout).toMatch(/fetched {3}0 of/);
    expect((await written()).bytes.equals(first.bytes)).toBe(true);
    expect(registry.asked.filter((each) => each.startsWith('blobs'))).toEqual([]);
  });

  it('goes on where it was interrupted', async () => {
    const [entry] = [registry.package(await read(signedPackage), '1')];
    const manifest = JSON.parse(registry.manifests.get(entry.digest)?.bytes.toString() ?? '{}');
    const last = manifest.layers.find(
      (layer: { annotations: Record<string, string> }) =>
        layer.annotations['org.opencontainers.image.title'] === 'components/api.tar',
    ).digest;
    const kept = registry.blobs.get(last) ?? Buffer.alloc(0);
    registry.blobs.delete(last);
    expect((await pull()).error).toMatchObject({ code: 'REGISTRY_NOT_FOUND' });
    expect(await readdir(join(folder, 'out')).catch(() => [])).toEqual([]);
    registry.blobs.set(last, kept);
    const { stdout } = await pull('--json');
    const { total, fetched } = JSON.parse(stdout).blobs;
    expect(fetched).toBeGreaterThan(0);
    expect(fetched).toBeLessThan(total);
  });

  it('fetches by digest', async () => {
    const { digest } = registry.package(await read(signedPackage), '1');
    const { error } = await pull(`oci://${registry.host}/team/app@${digest}`);
    expect(error).toBeUndefined();
    expect((await written()).names).toHaveLength(1);
  });

  it('asks the host that stands in for the one of the reference', async () => {
    registry.package(await read(signedPackage), '1');
    const override = ['--registry-override', `registry.example.org=${registry.host}`];
    const { error } = await pull('oci://registry.example.org/team/app:1', ...override);
    expect(error).toBeUndefined();
  });

  it('leaves an archive that is there', async () => {
    registry.package(await read(signedPackage), '1');
    await pull();
    expect((await pull()).error).toMatchObject({ code: 'PULL_TARGET_EXISTS', exitCode: 2 });
  });

  it('says so where TLS is missing, and where it is given up', async () => {
    const { stderr, error } = await pull('oci://127.0.0.1:9/team/app:1', '--plain-http');
    expect(stderr).toContain('--plain-http');
    expect(error).toMatchObject({ exitCode: 4 });
  });

  it.each([
    ['no address of a registry', 'https://example.org/app:1', [], 'PULL_REFERENCE'],
    ['an override that is none', 'oci://example.org/app:1', ['a'], 'PULL_OVERRIDE'],
  ])('refuses %s', async (_what, reference, overrides, code) => {
    const flags = overrides.flatMap((each) => ['--registry-override', each]);
    expect((await pull(reference, ...flags)).error).toMatchObject({ code, exitCode: 2 });
  });
});

describe('what a registry gives', () => {
  it('is refused where a content is not what its digest says', async () => {
    registry.package(await read(signedPackage), '1');
    for (const [digest, bytes] of registry.blobs)
      registry.blobs.set(
        digest,
        Buffer.from(bytes.map((byte, at) => (at === 3 ? byte ^ 1 : byte))),
      );
    expect((await pull()).error).toMatchObject({ code: 'REGISTRY_DIGEST', exitCode: 3 });
    expect(await readdir(join(folder, 'out')).catch(() => [])).toEqual([]);
  });

  it('is refused where it is an image', async () => {
    const layers = [registry.blob(mediaTypes.ociLayerTar, 'x')];
    const image = { schemaVersion: 2, config: registry.blob(mediaTypes.ociConfig, '{}'), layers };
    registry.document(mediaTypes.ociManifest, JSON.stringify(image), '1');
    expect((await pull()).error).toMatchObject({ code: 'REGISTRY_DOCUMENT' });
  });

  it('is refused where it is for another architecture, or twice for this one', async () => {
    const entry = registry.package(await read(signedPackage), 'x');
    registry.tag('1', entry, ['arm64']);
    expect((await pull()).error).toMatchObject({
      code: 'REGISTRY_PLATFORM',
      message: expect.stringContaining('arm64'),
    });
    registry.tag('1', entry, ['amd64', 'amd64']);
    expect((await pull()).error).toMatchObject({ code: 'REGISTRY_DOCUMENT' });
    registry.tag('1', { ...entry, size: entry.size + 1 });
    expect((await pull()).error).toMatchObject({ code: 'REGISTRY_DOCUMENT' });
  });

  it('is refused where two signatures lie beside it', async () => {
    const { digest } = registry.nextBundle(await read(next), '1');
    registry.evidence(digest, [Buffer.from('{}'), Buffer.from('[]')]);
    expect((await pull()).error).toMatchObject({
      code: 'REGISTRY_DOCUMENT',
      message: expect.stringContaining('signature'),
    });
  });

  it.each([
    ['has no definition', '', 'PULL_DEFINITION'],
    ['has one nobody can read', 'kind: [', 'PULL_DEFINITION'],
    [
      'leads out of the folder by its name',
      'metadata:\n  name: ../x\n  version: "1"\n',
      'PACK_NAME_INVALID',
    ],
  ])('is refused where a package %s', async (_what, definition, code) => {
    const layers =
      definition === ''
        ? []
        : [
            {
              ...registry.blob(mediaTypes.zarfLayer, `kind: ZarfPackageConfig\n${definition}`),
              annotations: { 'org.opencontainers.image.title': 'zarf.yaml' },
            },
          ];
    const config = registry.blob(mediaTypes.zarfConfig, '{}');
    const manifest = { schemaVersion: 2, config, layers };
    registry.document(mediaTypes.ociManifest, JSON.stringify(manifest), '1');
    expect((await pull()).error).toMatchObject({ code, exitCode: 3 });
  });

  it('is refused where a bundle leads out of the folder by its name', async () => {
    const definition =
      'kind: UDSBundle\nmetadata:\n  name: ../../x\n  version: "1"\npackages:\n- name: a\n  repository: b\n  ref: c\n';
    const layer = {
      ...registry.blob(mediaTypes.zarfLayer, definition),
      annotations: { 'org.opencontainers.image.title': 'uds-bundle.yaml' },
    };
    const config = registry.blob(mediaTypes.zarfLayer, '{}');
    const root = { schemaVersion: 2, config, layers: [layer] };
    registry.document(mediaTypes.ociManifest, JSON.stringify(root), '1');
    expect((await pull()).error).toMatchObject({ code: 'PULL_NAME', exitCode: 3 });
  });
});
