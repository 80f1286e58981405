import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aLayer, type LayerFile } from '../../../test/support/an-image.ts';
import { tarStream } from '../../archive/tar-writer.ts';
import { mediaTypes } from '../../oci/descriptor.ts';
import { digestOf } from '../../oci/digest.ts';
import { blobPath } from '../../oci/layout.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { ResolvedImage } from '../../ports/image-source.ts';
import { MemoryBlobStore } from '../memory/blob-store.ts';
import { MemoryWorkspace } from '../memory/workspace.ts';
import { DockerArchiveSource } from './docker-archive-source.ts';
import { OciLayoutSource } from './oci-layout-source.ts';
import { openLayout } from './open-layout.ts';

const run = { signal: new AbortController().signal };
const amd64 = { architecture: 'amd64', os: 'linux' };
const arm64 = { architecture: 'arm64', os: 'linux' };
type Files = Record<string, Uint8Array>;
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const layer = Buffer.from('layer');

function put(
  files: Files,
  mediaType: string,
  bytes: Uint8Array,
): { mediaType: string; digest: ReturnType<typeof digestOf>; size: number } {
  const digest = digestOf(bytes);
  files[blobPath(digest)] = bytes;
  return { mediaType, digest, size: bytes.length };
}
function image(files: Files, platform: typeof amd64): ReturnType<typeof put> {
  const config = put(
    files,
    mediaTypes.ociConfig,
    json({ ...platform, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } }),
  );
  return put(
    files,
    mediaTypes.ociManifest,
    json({ schemaVersion: 2, config, layers: [put(files, mediaTypes.ociLayerTar, layer)] }),
  );
}
function layout(entries: (files: Files) => readonly object[]): Files {
  const files: Files = { 'oci-layout': json({ imageLayoutVersion: '1.0.0' }) };
  files['index.json'] = json({ schemaVersion: 2, manifests: entries(files) });
  return files;
}
const named = (name: string, key = 'org.opencontainers.image.ref.name'): object => ({
  annotations: { [key]: name },
});
const multi = (files: Files): readonly object[] => {
  const manifests = [amd64, arm64].map((platform) => ({ ...image(files, platform), platform }));
  return [
    {
      ...put(files, mediaTypes.ociIndex, json({ schemaVersion: 2, manifests })),
      ...named('ex.com/m:1'),
    },
  ];
};
async function packed(files: Files): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const entries = Object.entries(files).map(([name, bytes]) => ({
    type: 'file' as const,
    name,
    mode: 0o644,
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  }));
  for await (const chunk of tarStream(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
function folder(files: Files): OciLayoutSource {
  const workspace = new MemoryWorkspace(
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`l/${name}`, bytes])),
  );
  return new OciLayoutSource('l', (running) =>
    openLayout('l', workspace, new MemoryBlobStore(), running),
  );
}
async function checkBlobs(found: ResolvedImage | undefined): Promise<void> {
  expect(found?.blobs.length).toBeGreaterThan(2);
  for (const blob of found?.blobs ?? []) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of blob.open(run)) chunks.push(chunk);
    expect(digestOf(Buffer.concat(chunks))).toBe(blob.digest);
  }
}

describe('OciLayoutSource', () => {
  it.each([
    ['full name', named('ex.com/a:1')],
    ['base name', named('ex.com/a:1', 'org.opencontainers.image.base.name')],
    ['containerd name', named('ex.com/a:1', 'io.containerd.image.name')],
    ['bare tag of the only image', named('1')],
  ])('finds an image by %s', async (_, names) => {
    await checkBlobs(
      await folder(layout((files) => [{ ...image(files, amd64), ...names }])).resolve(
        'ex.com/a:1',
        amd64,
        run,
      ),
    );
  });

  it('narrows an index to the platform, keeps it whole when asked by its digest, and finds its children', async () => {
    const source = folder(layout(multi));
    const narrowed = await source.resolve('ex.com/m:1', arm64, run);
    expect(narrowed?.root).toMatchObject({ mediaType: mediaTypes.ociManifest, platform: arm64 });
    const whole = await source.resolve(`ex.com/m@${narrowed?.indexDigest ?? ''}`, amd64, run);
    expect(whole?.blobs.filter(({ role }) => role === 'manifest')).toHaveLength(2);
    expect(
      (await source.resolve(`ex.com/m:1@${narrowed?.root.digest ?? ''}`, arm64, run))?.root.digest,
    ).toBe(narrowed?.root.digest);
    await checkBlobs(whole);
  });

  it('does not answer for another name', async () => {
    expect(
      await folder(layout((files) => [{ ...image(files, amd64), ...named('ex.com/a:1') }])).resolve(
        'ex.com/b:1',
        amd64,
        run,
      ),
    ).toBeUndefined();
  });

  const one = (files: Files): readonly object[] => [
    { ...image(files, amd64), ...named('ex.com/a:1') },
  ];
  const spoil = (change: (files: Files) => void): Files => {
    const files = layout(one);
    change(files);
    return files;
  };
  it.each<[string, Files]>([
    [
      'LAYOUT_NAME_TWICE',
      layout((files) => [...one(files), { ...image(files, arm64), ...named('ex.com/a:1') }]),
    ],
    ['LAYOUT_PLATFORM', layout((files) => [{ ...image(files, arm64), ...named('ex.com/a:1') }])],
    [
      'LAYOUT_PLATFORM',
      layout((files) => [
        {
          ...put(
            files,
            mediaTypes.ociIndex,
            json({ schemaVersion: 2, manifests: [{ ...image(files, arm64), platform: arm64 }] }),
          ),
          ...named('ex.com/a:1'),
        },
      ]),
    ],
    ['LAYOUT_BLOB_MISSING', spoil((files) => delete files[blobPath(digestOf(layer))])],
    [
      'OCI_SIZE_MISMATCH',
      spoil((files) => {
        files[blobPath(digestOf(layer))] = Buffer.from('x');
      }),
    ],
    [
      'OCI_DOCUMENT_INVALID',
      spoil((files) => {
        files['oci-layout'] = json({ imageLayoutVersion: '9' });
      }),
    ],
    [
      'LAYOUT_INVALID',
      layout((files) => [{ ...put(files, 'x/y', layer), ...named('ex.com/a:1') }]),
    ],
    ['LAYOUT_MISSING', {}],
  ])('refuses with %s', async (code, files) => {
    await expect(folder(files).resolve('ex.com/a:1', amd64, run)).rejects.toMatchObject({ code });
  });

  it('notices a changed blob when it is opened', async () => {
    const files = spoil((all) => {
      all[blobPath(digestOf(layer))] = Buffer.from('LAYER');
    });
    const found = await folder(files).resolve('ex.com/a:1', amd64, run);
    await expect(checkBlobs(found)).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
  });

  it.each<[string, (tar: Uint8Array) => Uint8Array]>([
    ['tar', (tar) => tar],
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('reads a layout in a %s', async (_, wrap) => {
    const workspace = new MemoryWorkspace({ f: wrap(await packed(layout(multi))) });
    const source = new OciLayoutSource('f', (running) =>
      openLayout('f', workspace, new MemoryBlobStore(), running),
    );
    await checkBlobs(await source.resolve('ex.com/m:1', amd64, run));
  });

  describe('with hard links', () => {
    const linked = blobPath(digestOf(layer));
    const open = async (entries: readonly LayerFile[]): Promise<ResolvedImage | undefined> => {
      const workspace = new MemoryWorkspace({ f: await aLayer(entries) });
      const source = new OciLayoutSource('f', (running) =>
        openLayout('f', workspace, new MemoryBlobStore(), running),
      );
      return source.resolve('ex.com/a:1', amd64, run);
    };
    const files = layout(one);
    const others = Object.entries(files).flatMap(([path, content]) =>
      path === linked ? [] : [{ path, content }],
    );

    it.each([
      ['before the link', [{ path: 'copy', content: layer }], 'copy'],
      ['named from ./', [{ path: './copy', content: layer }], './copy'],
      [
        'a link itself',
        [
          { path: 'copy', content: layer },
          { path: 'via', hardlink: 'copy' },
        ],
        'via',
      ],
    ])('takes the content of its target, %s', async (_, more, hardlink) => {
      await checkBlobs(await open([...more, ...others, { path: linked, hardlink }]));
    });

    it('refuses other content under the name of a digest', async () => {
      const copy = { path: 'copy', content: 'LAYER' };
      const found = open([copy, ...others, { path: linked, hardlink: 'copy' }]);
      await expect(found.then(checkBlobs)).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
    });

    it.each([
      ['to nothing', 'gone'],
      ['to itself', linked],
      ['out of the layout', '../copy'],
    ])('has no content where it leads %s', async (_, hardlink) => {
      await expect(open([...others, { path: linked, hardlink }])).rejects.toMatchObject({
        code: 'LAYOUT_BLOB_MISSING',
      });
    });
  });

  it('writes nothing again that the store holds, and refuses what only has its name', async () => {
    const files = layout(one);
    const blobs = new MemoryBlobStore();
    let puts = 0;
    const store: BlobStore = {
      find: (digest) => blobs.find(digest),
      open: (digest) => blobs.open(digest),
      openUnchecked: (digest) => blobs.openUnchecked(digest),
      put: (content, expected) => {
        puts += 1;
        return blobs.put(content, expected);
      },
    };
    const open = async (all: Files): Promise<ResolvedImage | undefined> => {
      const workspace = new MemoryWorkspace({ f: await packed(all) });
      const source = new OciLayoutSource('f', (running) =>
        openLayout('f', workspace, store, running),
      );
      return source.resolve('ex.com/a:1', amd64, run);
    };
    await open(files);
    const before = puts;
    await checkBlobs(await open(files));
    // oci-layout and index.json, whose names promise nothing.
    expect(puts - before).toBe(2);
    const altered = { ...files, [blobPath(digestOf(layer))]: Buffer.from('LAYER') };
    await expect(open(altered)).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
  });

  it('takes a signature of cosign, which has no platform', async () => {
    const sign = (files: Files): readonly object[] => {
      const config = put(files, mediaTypes.ociConfig, json({ architecture: '', os: '' }));
      const payload = put(files, 'application/vnd.dev.cosign.simplesigning.v1+json', layer);
      const manifest = json({ schemaVersion: 2, config, layers: [payload] });
      return [{ ...put(files, mediaTypes.ociManifest, manifest), ...named('ex.com/a:1') }];
    };
    await checkBlobs(await folder(layout(sign)).resolve('ex.com/a:1', amd64, run));
  });
});

describe('DockerArchiveSource', () => {
  const config = json({ ...amd64, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } });
  const saved: Files = {
    'c.json': config,
    'x/layer.tar': layer,
    'manifest.json': json([
      { Config: 'c.json', RepoTags: ['ex.com/a:1'], Layers: ['x/layer.tar'] },
    ]),
  };
  const archive = async (
    files: Files,
    wrap = (tar: Uint8Array): Uint8Array => tar,
  ): Promise<DockerArchiveSource> => {
    const workspace = new MemoryWorkspace({ f: wrap(await packed(files)) });
    return new DockerArchiveSource('f', (running) =>
      openLayout('f', workspace, new MemoryBlobStore(), running),
    );
  };

  it('gives an image in OCI form', async () => {
    const found = await (await archive(saved)).resolve('ex.com/a:1', amd64, run);
    await checkBlobs(found);
    expect(await (await archive(saved)).resolve('ex.com/b:1', amd64, run)).toBeUndefined();
  });

  it.each<[string, Files, typeof amd64, ((tar: Uint8Array) => Uint8Array)?]>([
    ['LAYOUT_PLATFORM', saved, arm64],
    ['LAYOUT_INVALID', { ...saved, 'x/layer.tar': Buffer.from('other') }, amd64],
    [
      'LAYOUT_BLOB_MISSING',
      { 'c.json': config, 'manifest.json': saved['manifest.json'] ?? layer },
      amd64,
    ],
    ['LAYOUT_INVALID', { ...saved, 'manifest.json': json({}) }, amd64],
    ['LAYOUT_INVALID', saved, amd64, (tar) => tar.subarray(0, tar.length - 1024)],
    ['LAYOUT_INVALID', saved, amd64, (tar) => tar.subarray(0, 700)],
  ])('refuses with %s', async (code, files, platform, wrap) => {
    await expect(
      (await archive(files, wrap)).resolve('ex.com/a:1', platform, run),
    ).rejects.toMatchObject({ code });
  });
});
