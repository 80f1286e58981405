import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { type Digest, digestOf, parseDigest } from '../oci/digest.ts';
import type { ImageBlob, ResolvedImage } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import type { Component } from '../zarf/definition.ts';
import { markSigned } from '../zarf/mark-signed.ts';
import { packPackage } from './pack-package.ts';
import type { PackedPackage } from './packed-package.ts';
import type { ResolvedPackage } from './resolved-package.ts';

const run: Run = { signal: new AbortController().signal };
const options = { timestamp: new Date('2026-09-01T12:00:00Z'), zarfVersion: 'v0.84.0' };

const manifestYaml = `apiVersion: v1
kind: ConfigMap
metadata:
  name: hello
data:
  greeting: hi
`;
const imageConfig =
  '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"]}}';
const imageManifest =
  '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:83656ea199d8d74b56ef7fe4a0bef9dd10aa412ec632f8ccdf3e0c903471c0a2","size":151},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef","size":1024}]}';

function blob(content: string | Uint8Array, role: ImageBlob['role'], mediaType: string): ImageBlob {
  const bytes = Buffer.from(content);
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    role,
    mediaType,
    async *open() {
      yield bytes;
    },
  };
}

function image(reference: string): ResolvedImage {
  const manifest = blob(imageManifest, 'manifest', mediaTypes.ociManifest);
  return {
    reference,
    normalized: reference,
    source: 'memory',
    root: { mediaType: mediaTypes.ociManifest, digest: manifest.digest, size: manifest.size },
    blobs: [
      manifest,
      blob(imageConfig, 'config', mediaTypes.ociConfig),
      blob(new Uint8Array(1024), 'layer', mediaTypes.ociLayerTar),
    ],
  };
}

function resolved(
  components: readonly Component[],
  extra: Partial<ResolvedPackage> = {},
): ResolvedPackage {
  return {
    definition: {
      apiVersion: 'zarf.dev/v1alpha1',
      kind: 'ZarfPackageConfig',
      metadata: { name: 'hello', version: '1.0.0', architecture: 'amd64' },
      components,
    },
    definitionPath: 'zarf.yaml',
    folder: '.',
    architecture: 'amd64',
    images: components.flatMap(({ images = [] }) => images),
    onCreateActions: [],
    localInputs: [],
    payloads: [],
    definitionFiles: ['zarf.yaml'],
    at: () => ({ file: 'zarf.yaml', line: 1, column: 1 }),
    ...extra,
  };
}

const reference = 'ghcr.io/example/hello:1.0.0';
const hello: Component = {
  name: 'hello',
  required: true,
  manifests: [{ name: 'hello', namespace: 'hello', files: ['hello.yaml'] }],
  images: [reference],
};

async function pack(
  input: ResolvedPackage,
  files: ConstructorParameters<typeof MemoryWorkspace>[0],
  images: ReadonlyMap<string, ResolvedImage> = new Map([[reference, image(reference)]]),
): Promise<PackedPackage> {
  return packPackage(
    input,
    images,
    options,
    { workspace: new MemoryWorkspace(files), blobs: new MemoryBlobStore() },
    run,
  );
}

function digestAt(packed: PackedPackage, path: string): Digest | undefined {
  return packed.files.find((file) => file.path === path)?.blob.digest;
}

async function textAt(packed: PackedPackage, path: string): Promise<string> {
  const file = packed.files.find((candidate) => candidate.path === path);
  return file === undefined
    ? ''
    : Buffer.concat(await Array.fromAsync(file.blob.open(run))).toString('utf8');
}

describe('packPackage', () => {
  it('makes the worked example of the format reference, byte for byte', async () => {
    const packed = await pack(resolved([hello]), { 'hello.yaml': manifestYaml });
    expect(packed.fileName).toBe('zarf-package-hello-amd64-1.0.0.tar.zst');
    expect(digestAt(packed, 'components/hello.tar')).toBe(
      'sha256:88cd8a1de2014673e055e7957bdf04a6124fd7c4c12d4817bf5d50655783a48e',
    );
    expect(digestAt(packed, 'images/index.json')).toBe(
      'sha256:62ea541156e3f52ac9bb304cc392ecda5091c4d809f4f42d36b90bef5b569be9',
    );
    expect(digestAt(packed, 'checksums.txt')).toBe(
      'sha256:5c9ad876221523cf0a74f1f94106ad2eee5dbf5b5554ba9ae454511df716daa1',
    );
    expect(digestAt(packed, 'zarf.yaml')).toBe(
      'sha256:5fe20fac4849825a4448ba2a5f74e20c20c2a120316d64a719d47a984dd1eeff',
    );
    const signed = markSigned(Buffer.from(await textAt(packed, 'zarf.yaml')));
    expect(digestOf(signed)).toBe(
      'sha256:544c312d923a16a860f802f3814c769055038137cbcb225be7233655e8c69ad6',
    );
    expect(markSigned(signed)).toEqual(signed);
  });

  it('keeps a blob that two images share once', async () => {
    const second = 'ghcr.io/example/other:1.0.0';
    const images = new Map([reference, second].map((name) => [name, image(name)]));
    const packed = await pack(
      resolved([{ ...hello, images: [reference, second] }]),
      { 'hello.yaml': manifestYaml },
      images,
    );
    const paths = packed.files.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.filter((path) => path.startsWith('images/blobs/'))).toHaveLength(3);
    expect(JSON.parse(await textAt(packed, 'images/index.json')).manifests).toHaveLength(2);
  });

  it('gives the same digests in any order of components', async () => {
    const note: Component = {
      name: 'note',
      files: [{ source: 'hello.yaml', target: '/tmp/a', executable: true }],
    };
    const files = { 'hello.yaml': manifestYaml };
    const one = await pack(resolved([hello, note]), files);
    const two = await pack(resolved([note, hello]), files);
    expect(digestAt(one, 'checksums.txt')).toBe(digestAt(two, 'checksums.txt'));
    expect(
      await pack(resolved([hello, note]), files).then((again) =>
        again.files.map(({ blob: { digest } }) => digest),
      ),
    ).toEqual(one.files.map(({ blob: { digest } }) => digest));
  });

  it('forgets the umask of the sources but not what is executable', async () => {
    const component: Component = {
      name: 'data',
      dataInjections: [
        { source: 'folder', target: { namespace: 'a', selector: 'b', container: 'c', path: '/x' } },
      ],
    };
    const at = (plain: number, run: number) =>
      pack(resolved([component]), {
        'folder/a': { content: '1', mode: plain },
        'folder/b': { content: '2', mode: run },
      });
    const usual = digestAt(await at(0o644, 0o755), 'components/data.tar');
    expect(digestAt(await at(0o600, 0o700), 'components/data.tar')).toBe(usual);
    expect(digestAt(await at(0o644, 0o644), 'components/data.tar')).not.toBe(usual);
  });

  it('packs a chart the same way twice, without what .helmignore names', async () => {
    const component: Component = {
      name: 'chart',
      charts: [{ name: 'small', localPath: 'chart', namespace: 'demo' }],
    };
    const chart = {
      'chart/Chart.yaml': 'apiVersion: v2\nname: small\nversion: 0.1.0\n',
      'chart/templates/cm.yaml': manifestYaml,
      'chart/.helmignore': '*.swp\n',
    };
    const packed = await pack(resolved([component]), chart);
    const other = await pack(resolved([component]), { ...chart, 'chart/x.swp': 'left over' });
    expect(digestAt(other, 'components/chart.tar')).toBe(digestAt(packed, 'components/chart.tar'));
    expect(packed.definition.build?.versionRequirements).toMatchObject([{ version: 'v0.65.0' }]);
  });

  it('takes a payload in place of a source', async () => {
    const component: Component = {
      name: 'data',
      dataInjections: [
        {
          source: '.model/',
          target: { namespace: 'a', selector: 'b', container: 'c', path: '/data/.model' },
        },
      ],
    };
    const files = { 'weights/w.gguf': 'w' };
    const packed = await pack(
      resolved([component], { payloads: [{ source: '.model', path: 'weights' }] }),
      files,
    );
    expect(await textAt(packed, 'components/data.tar')).toContain('data/data/0/.model/w.gguf');
  });

  it('makes no tar for a component without content', async () => {
    const packed = await pack(
      resolved([{ name: 'nothing', actions: { onDeploy: { after: [{ cmd: 'true' }] } } }]),
      {},
    );
    expect(packed.files.map(({ path }) => path)).toEqual(['checksums.txt', 'zarf.yaml']);
    expect(await textAt(packed, 'checksums.txt')).toBe('\n');
  });

  it('keeps an index whole, its manifests without names', async () => {
    const manifest = blob(imageManifest, 'manifest', mediaTypes.ociManifest);
    const child = {
      mediaType: mediaTypes.ociManifest,
      digest: manifest.digest,
      size: manifest.size,
      platform: { architecture: 'amd64', os: 'linux' },
    };
    const index = blob(
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [child] }),
      'index',
      mediaTypes.ociIndex,
    );
    const whole: ResolvedImage = {
      ...image(reference),
      root: { mediaType: mediaTypes.ociIndex, digest: index.digest, size: index.size },
      blobs: [index, manifest],
    };
    const packed = await pack(
      resolved([hello]),
      { 'hello.yaml': manifestYaml },
      new Map([[reference, whole]]),
    );
    const { manifests } = JSON.parse(await textAt(packed, 'images/index.json'));
    expect(manifests).toContainEqual(child);
    expect(packed.definition.build?.versionRequirements).toMatchObject([{ version: 'v0.77.0' }]);
  });

  it.each<[string, string, Partial<Component>, Record<string, string | { link: string }>]>([
    [
      'a missing file',
      'PACK_INPUT_MISSING',
      { files: [{ source: 'no.txt', target: 'no.txt' }] },
      {},
    ],
    [
      'a changed file',
      'PACK_INPUT_CHANGED',
      { files: [{ source: 'a', target: 'a', shasum: '0'.repeat(64) }] },
      { a: 'x' },
    ],
    [
      'a link out of its folder',
      'PACK_INPUT_KIND',
      { files: [{ source: 'd', target: 'd' }] },
      { 'd/l': { link: '../../etc/passwd' } },
    ],
    [
      'a link loop',
      'PACK_INPUT_KIND',
      { files: [{ source: 'l', target: 'l' }] },
      { l: { link: 'l' } },
    ],
    [
      'a name Zarf refuses',
      'PACK_NAME_INVALID',
      { files: [{ source: 'd', target: 'd' }] },
      { 'd/aux.c': '' },
    ],
    [
      'two manifests of one name',
      'PACK_NAME_INVALID',
      {
        manifests: [
          { name: 'm', files: ['a'] },
          { name: 'm', files: ['a'] },
        ],
      },
      { a: '' },
    ],
    [
      'a folder as manifest',
      'PACK_INPUT_KIND',
      { manifests: [{ name: 'm', files: ['d'] }] },
      { 'd/x': '' },
    ],
    [
      'no Chart.yaml',
      'PACK_CHART_INVALID',
      { charts: [{ name: 'a', localPath: 'd' }] },
      { 'd/x': '' },
    ],
    [
      'a chart file that is no archive',
      'PACK_CHART_INVALID',
      { charts: [{ name: 'a', localPath: 'c.tgz' }] },
      { 'c.tgz': 'text' },
    ],
    [
      'a link in a chart',
      'PACK_INPUT_KIND',
      { charts: [{ name: 'a', localPath: 'd' }] },
      {
        'd/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n',
        'd/l': { link: 'Chart.yaml' },
      },
    ],
    [
      'a dependency not vendored',
      'PACK_CHART_DEPENDENCY',
      { charts: [{ name: 'a', localPath: 'd' }] },
      {
        'd/Chart.yaml':
          'apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: b, version: 1.0.0}]\n',
      },
    ],
    ['an image nobody has', 'PACK_IMAGE_MISSING', { images: ['ghcr.io/none:1'] }, {}],
  ])('refuses %s', async (_name, code, component, files) => {
    await expect(pack(resolved([{ name: 'a', ...component }]), files)).rejects.toMatchObject({
      code,
    });
  });

  it('refuses an image without its own manifest', async () => {
    const headless = {
      ...image(reference),
      root: { ...image(reference).root, digest: parseDigest(`sha256:${'0'.repeat(64)}`) },
    };
    await expect(
      pack(resolved([hello]), { 'hello.yaml': manifestYaml }, new Map([[reference, headless]])),
    ).rejects.toMatchObject({ code: 'PACK_IMAGE_MISSING' });
  });

  describe('of large files', () => {
    const large = 17 * 2 ** 20;
    const component = { name: 'hello', files: [{ source: 'weights', target: '/weights' }] };
    const packed = async (weights: Uint8Array, extra: Partial<ResolvedPackage> = {}) => {
      const blobs = new MemoryBlobStore();
      const { files } = await packPackage(
        resolved([component], extra),
        new Map(),
        options,
        { workspace: new MemoryWorkspace({ weights }), blobs },
        run,
      );
      const tar = files.find(({ path }) => path === 'components/hello.tar')?.blob;
      if (tar === undefined) throw new Error('no tar');
      return { tar, isStored: (await blobs.find(tar.digest)) !== undefined };
    };
    const before: ResolvedPackage['onCreateActions'] = [
      { component: 'hello', stage: 'before', command: 'make' },
    ];

    it('makes the tar whenever it is read, and stores it where actions follow', async () => {
      const weights = new Uint8Array(large).fill(3);
      const made = await packed(weights);
      const stored = await packed(weights, { onCreateActions: before });
      expect([made.isStored, stored.isStored]).toEqual([false, true]);
      expect(made.tar).toMatchObject({ digest: stored.tar.digest, size: stored.tar.size });
      const bytes = Buffer.concat(await Array.fromAsync(made.tar.open(run)));
      expect(digestOf(bytes)).toBe(made.tar.digest);
      const small = await packed(weights.subarray(0, 1000));
      expect(small.isStored).toBe(true);
    });

    it('notices that a file changed since', async () => {
      const weights = new Uint8Array(large).fill(3);
      const { tar } = await packed(weights);
      weights[5] = 4;
      await expect(Array.fromAsync(tar.open(run))).rejects.toMatchObject({
        code: 'PACK_INPUT_CHANGED',
      });
    });
  });
});
