import { describe, expect, it } from 'vitest';
import { memoryFetching } from '../../test/support/fetching.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import type { LockedFlavor, ReleaseLock } from '../config/lock.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import type { ArtifactSource } from '../ports/artifact-source.ts';
import { heldContent } from '../ports/blob-store.ts';
import { lockRelease } from './lock-release.ts';
import type { PlannedFlavor, PlannedPackage, ReleasePlan } from './plan-release.ts';

const run = { signal: new AbortController().signal };
const workspace = new MemoryWorkspace({ 'rel/w/b': 'bb', 'rel/w/a': 'a' });
const manifest = Buffer.from('manifest');
const asked: string[] = [];
const registry: ArtifactSource = {
  name: 'registry',
  fetchArtifact: async (reference, { architecture }) => {
    asked.push(`${reference} ${architecture}`);
    if (!reference.startsWith('ghcr.io/')) return undefined;
    return {
      manifest: { bytes: manifest, digest: digestOf(manifest) },
      config: { ...heldContent(Buffer.from('{}')), mediaType: mediaTypes.zarfConfig },
      files: [],
    };
  },
};

function planOf(flavor: Partial<PlannedFlavor>): ReleasePlan {
  const payload = {
    package: 'one',
    source: 'model',
    path: 'w',
    sha256: { a: hexOf(digestOf('a')), b: hexOf(digestOf('bb')) },
  };
  const one: PlannedPackage = {
    id: 'one',
    config: { path: 'one' },
    fileName: 'zarf-package-one-arm64-1.tar.zst',
    payloads: [payload],
    resolved: {
      definition: { kind: 'ZarfPackageConfig', metadata: { name: 'one' }, components: [] },
      definitionPath: 'one/zarf.yaml',
      folder: 'one',
      architecture: 'arm64',
      images: [],
      onCreateActions: [],
      localInputs: [],
      payloads: [],
      definitionFiles: ['one/zarf.yaml'],
      at: () => ({ file: 'one/zarf.yaml', line: 1, column: 1 }),
    },
  };
  return {
    release: {
      apiVersion: 'cowa-release/v1',
      name: 'rel',
      version: '1',
      architecture: 'arm64',
      imageSources: [],
      flavors: {},
    },
    root: 'rel',
    timestamp: new Date(0),
    packages: [one],
    flavors: [{ flavor: 'gpu', packages: ['one'], ...flavor }],
  };
}

function bundleOf(...references: readonly string[]): NonNullable<PlannedFlavor['bundle']> {
  return {
    path: 'uds-bundle.yaml',
    fileName: 'b.tar.zst',
    definition: { kind: 'UDSBundle', metadata: { name: 'b' }, packages: [] },
    members: references.map((reference) => ({ kind: 'published', name: reference, reference })),
  };
}

const fetching = memoryFetching();

describe('lockRelease', () => {
  it('locks payload files one by one, sorted', async () => {
    const lock = await lockRelease(
      planOf({}),
      [],
      undefined,
      { workspace, artifacts: [], fetching },
      run,
    );
    expect(lock.flavors['gpu']).toEqual({
      images: [],
      payloads: [
        { path: 'w/a', sha256: hexOf(digestOf('a')), size: 1 },
        { path: 'w/b', sha256: hexOf(digestOf('bb')), size: 2 },
      ],
    });
  });

  it('leaves out payloads of packages that another flavor builds', async () => {
    const plan = planOf({ packages: [] });
    const lock = await lockRelease(
      plan,
      [],
      undefined,
      { workspace, artifacts: [], fetching },
      run,
    );
    expect(lock.flavors['gpu']?.payloads).toEqual([]);
  });

  it('locks published members by the manifest of the architecture', async () => {
    const plan = planOf({ bundle: bundleOf('ghcr.io/o/b:1', 'ghcr.io/o/a:1', 'ghcr.io/o/b:1') });
    const lock = await lockRelease(
      plan,
      [],
      undefined,
      { workspace, artifacts: [registry], fetching },
      run,
    );
    expect(lock.flavors['gpu']?.packages).toEqual([
      { reference: 'ghcr.io/o/a:1', digest: digestOf(manifest) },
      { reference: 'ghcr.io/o/b:1', digest: digestOf(manifest) },
    ]);
    expect(asked).toEqual(['ghcr.io/o/a:1 arm64', 'ghcr.io/o/b:1 arm64']);
  });

  it('refuses a member that is nowhere', async () => {
    const plan = planOf({ bundle: bundleOf('elsewhere.io/o/b:1') });
    await expect(
      lockRelease(plan, [], undefined, { workspace, artifacts: [registry], fetching }, run),
    ).rejects.toMatchObject({ code: 'MEMBER_NOT_FOUND' });
  });

  it('keeps flavors it was not asked about', async () => {
    const cpu: LockedFlavor = { images: [], payloads: [{ path: 'p', sha256: 'x', size: 1 }] };
    const earlier: ReleaseLock = {
      schema: 'cowa-release/lock/v1',
      name: 'old',
      architecture: 'amd64',
      flavors: { cpu },
    };
    const lock = await lockRelease(
      planOf({}),
      [],
      earlier,
      { workspace, artifacts: [], fetching },
      run,
    );
    expect(lock).toMatchObject({ name: 'rel', architecture: 'arm64', flavors: { cpu } });
    expect(Object.keys(lock.flavors)).toEqual(['cpu', 'gpu']);
  });
});
