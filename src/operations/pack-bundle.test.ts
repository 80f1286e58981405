import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { digestOf } from '../oci/digest.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import type { Run } from '../support/run.ts';
import type { UdsBundle, UdsPackage } from '../uds/bundle.ts';
import { packageManifest } from '../zarf/oci-manifest.ts';
import type { PackedBundle } from './pack-bundle.ts';
import { type BundleRequest, packBundle } from './pack-bundle.ts';
import type { PackedPackage } from './packed-package.ts';

const run: Run = { signal: new AbortController().signal };

function blob(text: string): BlobSource {
  const bytes = Buffer.from(text);
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

function member(name: string, extra: Partial<PackedPackage> = {}): PackedPackage {
  const files = {
    'zarf.yaml': name,
    'checksums.txt': `sums of ${name}`,
    'components/a.tar': 'shared',
    'images/index.json': '{}',
  };
  return {
    definition: {
      kind: 'ZarfPackageConfig',
      metadata: { name, version: '1.0.0', architecture: 'amd64' },
      build: {
        architecture: 'amd64',
        flavor: 'upstream',
        timestamp: 'Thu, 01 Jan 2026 00:00:00 +0000',
      },
      components: [{ name: 'core', charts: [{ name: 'api', localPath: 'chart' }] }],
    },
    fileName: `zarf-package-${name}-amd64-1.0.0-upstream.tar.zst`,
    files: Object.entries(files).map(([path, text]) => ({ path, mode: 0o644, blob: blob(text) })),
    signed: false,
    ...extra,
  };
}

const entry: UdsPackage = { name: 'one', path: '../packages', ref: '1.0.0', flavor: 'upstream' };
const second: UdsPackage = { ...entry, name: 'two' };

function request(
  packages: readonly UdsPackage[],
  members: readonly PackedPackage[],
  extra: Partial<BundleRequest> = {},
): BundleRequest {
  const definition: UdsBundle = {
    kind: 'UDSBundle',
    metadata: { name: 'demo', version: '1.0.0' },
    packages,
  };
  return {
    definition,
    definitionPath: 'bundle/uds-bundle.yaml',
    members: new Map(members.map((packed) => [packed.definition.metadata.name, packed])),
    architecture: 'amd64',
    timestamp: new Date(0),
    udsVersion: 'v0.35.1',
    ...extra,
  };
}

const workspace = new MemoryWorkspace({ 'bundle/v.yaml': 'replicas: 2\n' });
const pack = (...args: Parameters<typeof request>): Promise<PackedBundle> =>
  packBundle(request(...args), { workspace }, run);

describe('packBundle', () => {
  it('puts metadata first and every blob in once', async () => {
    const members = [member('one'), member('two')];
    const bundle = await pack([entry, second], members);
    const paths = bundle.files.map(({ path }) => path);
    const at = (path: string, of: PackedPackage | undefined): number => {
      const digest = of?.files.find((file) => file.path === path)?.blob.digest ?? '';
      return paths.indexOf(`blobs/sha256/${digest.slice(7)}`);
    };
    expect(paths.slice(0, 3)).toEqual([
      'oci-layout',
      'index.json',
      `blobs/sha256/${bundle.rootDigest.slice(7)}`,
    ]);
    expect([
      at('zarf.yaml', members[0]),
      at('checksums.txt', members[0]),
      at('zarf.yaml', members[1]),
      at('checksums.txt', members[1]),
    ]).toEqual([6, 7, 9, 10]);
    expect(paths[5]).toBe(`blobs/sha256/${bundle.packages[0]?.manifestDigest.slice(7)}`);
    expect(new Set(paths).size).toBe(paths.length);
    expect(at('components/a.tar', members[0])).toBeGreaterThan(10);
    expect(paths.slice(11)).toEqual(paths.slice(11).toSorted());
  });

  it('pins each package and says nothing of the build machine', async () => {
    const bundle = await pack([entry], [member('one')]);
    expect(bundle.definition.packages[0]).toMatchObject({
      ref: `1.0.0@${bundle.packages[0]?.manifestDigest}`,
      path: 'zarf-package-one-amd64-1.0.0-upstream.tar.zst',
    });
    expect(bundle.definition.build).toMatchObject({
      terminal: 'cowa-release',
      user: 'cowa-release',
    });
    expect(bundle.definition.metadata.architecture).toBe('amd64');
    expect((await pack([entry], [member('one')])).rootDigest).toBe(bundle.rootDigest);
  });

  it.each<[string, boolean, Partial<UdsPackage>, string | undefined]>([
    ['inserted for a signed package', true, {}, 'PEM'],
    ['not for an unsigned one', false, {}, undefined],
    ["never in place of the author's", true, { publicKey: 'THEIRS' }, 'THEIRS'],
    [
      'never beside keyless verification',
      true,
      { keylessVerification: { certificateIdentity: 'a' } },
      undefined,
    ],
  ])('public key: %s', async (_name, signed, extra, expected) => {
    const bundle = await pack([{ ...entry, ...extra }], [member('one', { signed })], {
      publicKeyPem: 'PEM',
    });
    expect(bundle.definition.packages[0]?.publicKey).toBe(expected);
  });

  it('takes over the manifest of a pulled package untouched', async () => {
    const made = packageManifest(member('one'));
    const bytes = Buffer.from(`${Buffer.from(made.bytes).toString('utf8')}\n`);
    const registryManifest = {
      bytes,
      digest: digestOf(bytes),
      config: { ...blob('{}'), mediaType: 'x' },
    };
    const remote: UdsPackage = { name: 'one', repository: 'ghcr.io/a/one', ref: '1.0.0-upstream' };
    const bundle = await pack([remote], [member('one', { registryManifest })]);
    expect(bundle.packages[0]?.manifestDigest).toBe(registryManifest.digest);
    const {
      files: [, ...missing],
    } = member('one');
    for (const changed of [
      { registryManifest: { ...registryManifest, bytes: made.bytes } },
      { registryManifest, files: missing },
      {
        registryManifest,
        files: [...member('one').files, { path: 'extra', mode: 0o644, blob: blob('x') }],
      },
    ]) {
      await expect(pack([remote], [member('one', changed)])).rejects.toMatchObject({
        code: 'BUNDLE_MANIFEST_INVALID',
      });
    }
    const pinned = { ...remote, ref: `1.0.0-upstream@sha256:${'0'.repeat(64)}` };
    await expect(pack([pinned], [member('one', { registryManifest })])).rejects.toMatchObject({
      code: 'BUNDLE_MEMBER_MISMATCH',
    });
  });

  it('merges values files named relative to the definition', async () => {
    const bundle = await pack(
      [{ ...entry, overrides: { core: { api: { valuesFiles: ['v.yaml'] } } } }],
      [member('one')],
    );
    expect(bundle.definition.packages[0]?.overrides?.['core']?.['api']?.values).toEqual([
      { path: 'replicas', value: 2 },
    ]);
  });

  it.each<[string, string, readonly UdsPackage[], Partial<BundleRequest>]>([
    ['no packages', 'BUNDLE_DEFINITION_INVALID', [], {}],
    ['a name twice', 'BUNDLE_DEFINITION_INVALID', [entry, entry], {}],
    [
      'a digest on a local package',
      'BUNDLE_DEFINITION_INVALID',
      [{ ...entry, ref: `1.0.0@sha256:${'0'.repeat(64)}` }],
      {},
    ],
    [
      'two digests',
      'BUNDLE_DEFINITION_INVALID',
      [{ name: 'one', repository: 'r/x', ref: 'a@b@c' }],
      {},
    ],
    ['an absent member', 'BUNDLE_MEMBER_MISSING', [{ ...entry, name: 'three' }], {}],
    ['another version', 'BUNDLE_MEMBER_MISMATCH', [{ ...entry, ref: '2.0.0' }], {}],
    ['another flavor', 'BUNDLE_MEMBER_MISMATCH', [{ ...entry, flavor: 'gpu' }], {}],
    ['another architecture', 'BUNDLE_MEMBER_MISMATCH', [entry], { architecture: 'arm64' }],
    [
      'an unknown optional component',
      'BUNDLE_COMPONENT_UNKNOWN',
      [{ ...entry, optionalComponents: ['x'] }],
      {},
    ],
    [
      'an override of an unknown component',
      'BUNDLE_COMPONENT_UNKNOWN',
      [{ ...entry, overrides: { x: {} } }],
      {},
    ],
    [
      'an override of an unknown chart',
      'BUNDLE_CHART_UNKNOWN',
      [{ ...entry, overrides: { core: { x: {} } } }],
      {},
    ],
    [
      'an import into the first package',
      'BUNDLE_IMPORT_UNKNOWN',
      [
        { ...entry, imports: [{ name: 'A', package: 'two' }] },
        { ...second, exports: [{ name: 'A' }] },
      ],
      {},
    ],
    [
      'an import nobody exports',
      'BUNDLE_IMPORT_UNKNOWN',
      [
        { ...entry, exports: [{ name: 'B' }] },
        { ...second, imports: [{ name: 'A', package: 'one' }] },
      ],
      {},
    ],
  ])('refuses %s', async (_name, code, packages, extra) => {
    await expect(pack(packages, [member('one'), member('two')], extra)).rejects.toMatchObject({
      code,
    });
  });
});
