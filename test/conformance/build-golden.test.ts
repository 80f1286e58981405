import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../../src/adapters/memory/blob-store.ts';
import { MemoryWorkspace } from '../../src/adapters/memory/workspace.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { hexOf } from '../../src/oci/digest.ts';
import { packPackage } from '../../src/operations/pack-package.ts';
import type { PackedPackage } from '../../src/operations/packed-package.ts';
import { resolvePackage } from '../../src/operations/resolve-package.ts';
import type { ImageBlob, ResolvedImage } from '../../src/ports/image-source.ts';

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
}

function filesBelow(folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true })
      .map((name) => join(folder, String(name)))
      .filter((path) => statSync(path).isFile())
      .map((path) => [relative(golden, path), readFileSync(path)]),
  );
}

/** Files of a golden archive: plain ustar names are all they use. */
function unpack(path: string): ReadonlyMap<string, Buffer> {
  const bytes = readFileSync(join(golden, path));
  const tar = path.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes;
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const name = tar.toString('utf8', at, at + 100).split('\0')[0] ?? '';
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    files.set(name, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** The images of a golden archive as a source would have given them. */
function imagesOf(expected: GoldenPackage): ReadonlyMap<string, ResolvedImage> {
  const files = unpack(expected.open);
  const content = (digest: string): Buffer =>
    files.get(`images/blobs/sha256/${digest.slice(7)}`) ?? expect.fail(`no blob ${digest}`);
  const reach = ({ digest, mediaType, size }: Descriptor): ImageBlob[] => {
    const bytes = content(digest);
    const own: ImageBlob = {
      digest,
      size,
      mediaType,
      role: mediaType.includes('index')
        ? 'index'
        : mediaType.includes('manifest')
          ? 'manifest'
          : 'layer',
      async *open() {
        yield bytes;
      },
    };
    if (own.role === 'layer') return [own];
    const { config, layers = [], manifests = [] } = JSON.parse(bytes.toString('utf8'));
    return [
      own,
      ...[config, ...layers, ...manifests].filter((entry) => entry !== undefined).flatMap(reach),
    ];
  };
  const index: { manifests: Descriptor[] } = JSON.parse(
    files.get('images/index.json')?.toString('utf8') ?? '{"manifests":[]}',
  );
  const named = index.manifests.flatMap((root) => {
    const name = root.annotations?.['org.opencontainers.image.ref.name'];
    return name === undefined
      ? []
      : [
          [
            name,
            { reference: name, normalized: name, source: 'golden', root, blobs: reach(root) },
          ] as const,
        ];
  });
  return new Map(named);
}

async function build(
  expected: GoldenPackage,
  images: ReadonlyMap<string, ResolvedImage> = new Map(),
): Promise<PackedPackage> {
  const workspace = new MemoryWorkspace(filesBelow(join(golden, 'definitions', expected.id)));
  const request = {
    definitionPath: `definitions/${expected.id}`,
    architecture: 'amd64',
    payloads: [],
    allowActions: false,
  };
  const resolved = await resolvePackage(
    { ...request, ...(expected.flavor === '' ? {} : { zarfFlavor: expected.flavor }) },
    { workspace },
    run,
  );
  const text = unpack(expected.open).get('zarf.yaml')?.toString('utf8') ?? '';
  const timestamp = /timestamp: (.*)/.exec(text)?.[1] ?? '';
  return packPackage(
    images.size === 0 ? { ...resolved, images: [] } : resolved,
    images,
    { timestamp: new Date(timestamp), zarfVersion: 'v0.84.0' },
    { workspace, blobs: new MemoryBlobStore() },
    run,
  );
}

const present = existsSync(join(golden, 'expect.json'));
const packages: readonly GoldenPackage[] = present
  ? JSON.parse(readFileSync(join(golden, 'expect.json'), 'utf8')).packages
  : [];
const row = (id: string): GoldenPackage =>
  packages.find((entry) => entry.id === id) ?? expect.fail(`no golden package ${id}`);

describe.skipIf(!present)(
  'packages of the real program, built again from their definitions',
  () => {
    it.each(['minimal', 'uncompressed', 'docs-values'])(
      '%s: every file is the same, byte for byte',
      async (id) => {
        const expected = row(id);
        const packed = await build(expected);
        expect(packed.fileName).toBe(expected.open.split('/').at(-1));
        expect(packed.definition.metadata.aggregateChecksum).toBe(expected.aggregateChecksum);
        const files = expected.entries.filter(({ type }) => type === 'file');
        expect(
          packed.files.map(({ path, blob, mode }) => [path, hexOf(blob.digest), mode]),
        ).toEqual(files.map(({ name, sha256, mode }) => [name, sha256, Number.parseInt(mode, 8)]));
      },
    );

    it.each(['index-by-digest', 'shared-layers'])(
      '%s: every file but the definition is the same',
      async (id) => {
        const expected = row(id);
        const packed = await build(expected, imagesOf(expected));
        expect(packed.definition.metadata.aggregateChecksum).toBe(expected.aggregateChecksum);
      },
    );

    it('images-chart: every file but the chart and what sums over it is the same', async () => {
      const expected = row('images-chart');
      const packed = await build(expected, imagesOf(expected));
      const files = expected.entries.filter(
        ({ type, name }) => type === 'file' && name.startsWith('images/'),
      );
      const images = packed.files.filter(({ path }) => path.startsWith('images/'));
      expect(images.map(({ path, blob }) => [path, hexOf(blob.digest)])).toEqual(
        files.map(({ name, sha256 }) => [name, sha256]),
      );
    });

    it('flavors: name and components but the images', async () => {
      const expected = row('flavors');
      const packed = await build(expected);
      expect(packed.fileName).toBe(expected.open.split('/').at(-1));
      const tar = expected.entries.find(({ name }) => name === 'components/note.tar');
      expect(
        hexOf(
          packed.files.find(({ path }) => path === 'components/note.tar')?.blob.digest ??
            expect.fail('no tar'),
        ),
      ).toBe(tar?.sha256);
      expect(packed.definition.components.map(({ name }) => name)).toEqual(['web', 'note']);
    });

    it('everything: what needs a program that nobody named is told', async () => {
      await expect(build(row('everything'))).rejects.toMatchObject({
        code: 'PACK_KUSTOMIZE_MISSING',
        message: expect.stringContaining('kustom'),
      });
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
  },
);
