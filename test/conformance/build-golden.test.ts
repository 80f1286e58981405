import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../../src/adapters/memory/blob-store.ts';
import { MemoryWorkspace } from '../../src/adapters/memory/workspace.ts';
import { hexOf } from '../../src/oci/digest.ts';
import type { PackedPackage } from '../../src/operations/packed-package.ts';
import { packPackage } from '../../src/operations/pack-package.ts';
import { resolvePackage } from '../../src/operations/resolve-package.ts';

const golden = join(import.meta.dirname, 'zarf');
const run = { signal: new AbortController().signal };

interface GoldenEntry {
  readonly name: string;
  readonly type: string;
  readonly mode: string;
  readonly sha256?: string;
}
interface GoldenPackage {
  readonly id: string;
  readonly open: string;
  readonly flavor: string;
  readonly aggregateChecksum: string;
  readonly entries: readonly GoldenEntry[];
  readonly cli?: { readonly inspectDefinition?: { readonly stdout?: string } };
}

function filesBelow(folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true })
      .map((name) => join(folder, String(name)))
      .filter((path) => statSync(path).isFile())
      .map((path) => [relative(golden, path), readFileSync(path)]),
  );
}

async function build(expected: GoldenPackage): Promise<PackedPackage> {
  const workspace = new MemoryWorkspace(filesBelow(join(golden, 'definitions', expected.id)));
  const request = { definitionPath: `definitions/${expected.id}`, architecture: 'amd64', payloads: [], allowActions: false };
  const resolved = await resolvePackage({ ...request, ...(expected.flavor === '' ? {} : { zarfFlavor: expected.flavor }) }, { workspace }, run);
  const timestamp = /timestamp: (.*)/.exec(expected.cli?.inspectDefinition?.stdout ?? '')?.[1] ?? '';
  const without = { ...resolved, images: [] };
  return packPackage(without, new Map(), { timestamp: new Date(timestamp), zarfVersion: 'v0.84.0' }, { workspace, blobs: new MemoryBlobStore() }, run);
}

const present = existsSync(join(golden, 'expect.json'));
const packages: readonly GoldenPackage[] = present ? JSON.parse(readFileSync(join(golden, 'expect.json'), 'utf8')).packages : [];
const row = (id: string): GoldenPackage => packages.find((entry) => entry.id === id) ?? expect.fail(`no golden package ${id}`);

describe.skipIf(!present)('packages of the real program, built again from their definitions', () => {
  it.each(['minimal', 'uncompressed', 'docs-values'])('%s: every file is the same, byte for byte', async (id) => {
    const expected = row(id);
    const packed = await build(expected);
    expect(packed.fileName).toBe(expected.open.split('/').at(-1));
    expect(packed.definition.metadata.aggregateChecksum).toBe(expected.aggregateChecksum);
    const files = expected.entries.filter(({ type }) => type === 'file');
    expect(packed.files.map(({ path, blob, mode }) => [path, hexOf(blob.digest), mode])).toEqual(
      files.map(({ name, sha256, mode }) => [name, sha256, Number.parseInt(mode, 8)]),
    );
  });

  it('flavors: name and components but the images', async () => {
    const expected = row('flavors');
    const packed = await build(expected);
    expect(packed.fileName).toBe(expected.open.split('/').at(-1));
    const tar = expected.entries.find(({ name }) => name === 'components/note.tar');
    expect(hexOf(packed.files.find(({ path }) => path === 'components/note.tar')?.blob.digest ?? expect.fail('no tar'))).toBe(tar?.sha256);
    expect(packed.definition.components.map(({ name }) => name)).toEqual(['web', 'note']);
  });

  it('everything: what is not supported is named', async () => {
    await expect(build(row('everything'))).rejects.toMatchObject({ code: 'PACK_UNSUPPORTED', message: expect.stringContaining('manifests.1.kustomizations') });
  });

  it.each(['init', 'image-archive'])('%s is refused', async (id) => {
    await expect(build(row(id))).rejects.toMatchObject({ code: 'PACK_UNSUPPORTED' });
  });

  it('v1beta1: a definition in the newer terms is built in the older', async () => {
    const packed = await build(row('v1beta1'));
    expect(packed.definition.apiVersion).toBe('zarf.dev/v1alpha1');
    expect(packed.definition.components.map(({ name, required }) => [name, required])).toEqual([
      ['ui', true],
      ['extra', undefined],
    ]);
  });
});
