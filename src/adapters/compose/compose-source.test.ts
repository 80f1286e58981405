import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ByteFeed } from '../../archive/byte-feed.ts';
import { defaultReadLimits } from '../../archive/read-limits.ts';
import { readTar } from '../../archive/tar-reader.ts';
import type { ComposedImageConfig, ComposedLayerConfig } from '../../config/release-definition.ts';
import { digestOf } from '../../oci/digest.ts';
import type { ImageBlob, ResolvedImage } from '../../ports/image-source.ts';
import { MemoryWorkspace } from '../memory/workspace.ts';
import { ComposeSource } from './compose-source.ts';

const run = { signal: new AbortController().signal };
const platform = { architecture: 'amd64', os: 'linux' };
const plainTar = new Uint8Array(1024);

function source(
  images: Record<string, ComposedImageConfig>,
  files: ConstructorParameters<typeof MemoryWorkspace>[0] = {},
): ComposeSource {
  return new ComposeSource({
    images,
    workspace: new MemoryWorkspace(files),
    epochSeconds: 86_400,
    resolveBase: async () => undefined,
  });
}
const scratch = (...layers: ComposedLayerConfig[]): ComposedImageConfig => ({
  base: 'scratch',
  layers,
});
async function bytes(blob: ImageBlob | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blob?.open(run) ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}
async function made(
  images: Record<string, ComposedImageConfig>,
  files?: ConstructorParameters<typeof MemoryWorkspace>[0],
  name = 'ex.com/a:1',
): Promise<ResolvedImage> {
  const found = await source(images, files).resolve(name, platform, run);
  if (found === undefined) throw new Error('not found');
  return found;
}
const layersOf = (image: ResolvedImage): readonly ImageBlob[] =>
  image.blobs.filter(({ role }) => role === 'layer');
const configOf = async (image: ResolvedImage): Promise<unknown> =>
  JSON.parse((await bytes(image.blobs.find(({ role }) => role === 'config'))).toString());

describe('ComposeSource', () => {
  const files = {
    'in/b': 'bb',
    'in/sub/c': 'c',
    run: { content: '#!', mode: 0o755 },
    'l.tar.gz': gzipSync(plainTar),
    'l.tar.zst': zstdCompressSync(plainTar),
    'l.tar': plainTar,
  };

  it('puts files into a sorted tar with their parent folders', async () => {
    const image = await made(
      {
        'ex.com/a:1': scratch({
          files: [
            { source: 'run', target: '/usr/bin/x', mode: '0711' },
            { source: 'in', target: '/opt' },
          ],
        }),
      },
      files,
    );
    const entries: string[] = [];
    for await (const entry of readTar(
      new ByteFeed(layersOf(image)[0]?.open(run) ?? bytesOfNothing()),
      defaultReadLimits,
      { endBlocks: 0 },
    )) {
      for await (const _ of entry.content()) void _;
      entries.push(`${entry.type} ${entry.name} ${entry.mode.toString(8)}`);
    }
    expect(entries).toEqual([
      'directory opt 755',
      'file opt/b 644',
      'directory opt/sub 755',
      'file opt/sub/c 644',
      'directory usr 755',
      'directory usr/bin 755',
      'file usr/bin/x 711',
    ]);
  });

  it('gives blobs that hash to their digests, the same every time', async () => {
    const images = { 'ex.com/a:1': scratch({ files: [{ source: 'in', target: '/' }] }) };
    const image = await made(images, files);
    expect(image.blobs[0]?.digest).toBe(image.root.digest);
    for (const blob of image.blobs) expect(digestOf(await bytes(blob))).toBe(blob.digest);
    expect((await made(images, files)).root).toEqual(image.root);
  });

  it('builds on another composed image and merges its config', async () => {
    const image = await made(
      {
        'ex.com/a:1': {
          base: 'ex.com/b:1',
          layers: [{ files: [{ source: 'run', target: '/x' }] }],
          config: { entrypoint: ['/x'], env: ['A=2'], exposedPorts: ['80'] },
        },
        'ex.com/b:1': {
          base: 'scratch',
          layers: [{ files: [{ source: 'in/b', target: '/b' }] }],
          config: { cmd: ['sh'], env: ['A=1', 'B=1'], user: '5', labels: { l: '1' } },
        },
      },
      files,
    );
    expect(layersOf(image)).toHaveLength(2);
    expect(await configOf(image)).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      created: '1970-01-02T00:00:00Z',
      config: {
        Entrypoint: ['/x'],
        Env: ['A=2', 'B=1'],
        User: '5',
        ExposedPorts: { '80/tcp': {} },
        Labels: { l: '1' },
      },
      rootfs: { diff_ids: layersOf(image).map(({ digest }) => digest) },
    });
    expect(await configOf(image)).not.toHaveProperty('config.Cmd');
  });

  it.each(['l.tar', 'l.tar.gz', 'l.tar.zst'])('takes %s as it is', async (tar) => {
    const image = await made({ 'ex.com/a:1': scratch({ tar }) }, files);
    expect(digestOf(await bytes(layersOf(image)[0]))).toBe(digestOf(files[tar as 'l.tar']));
    expect(await configOf(image)).toMatchObject({ rootfs: { diff_ids: [digestOf(plainTar)] } });
  });

  it.each<[string, ComposedImageConfig]>([
    ['COMPOSE_INPUT_MISSING', scratch({ files: [{ source: 'none', target: '/x' }] })],
    ['COMPOSE_INPUT_MISSING', scratch({ tar: 'none' })],
    ['COMPOSE_BASE_MISSING', { base: 'ex.com/none:1', layers: [] }],
    ['COMPOSE_TARGET_INVALID', scratch({ files: [{ source: 'run', target: '/../x' }] })],
    ['COMPOSE_TARGET_INVALID', scratch({ files: [{ source: 'run', target: 'x' }] })],
    [
      'COMPOSE_TARGET_TWICE',
      scratch({
        files: [
          { source: 'run', target: '/x' },
          { source: 'in/b', target: '/x' },
        ],
      }),
    ],
    [
      'COMPOSE_TARGET_TWICE',
      scratch({
        files: [
          { source: 'run', target: '/x' },
          { source: 'in/b', target: '/x/b' },
        ],
      }),
    ],
    ['COMPOSE_MODE_INVALID', scratch({ files: [{ source: 'run', target: '/x', mode: '9' }] })],
    ['COMPOSE_LAYER_UNREADABLE', scratch({ tar: 'cut.tar.gz' })],
  ])('refuses with %s', async (code, image) => {
    const cut = { ...files, 'cut.tar.gz': gzipSync(plainTar).subarray(0, 20) };
    await expect(made({ 'ex.com/a:1': image }, cut)).rejects.toMatchObject({ code });
  });

  it('refuses images that are each other’s base, and one name twice', () => {
    const cycle = {
      'ex.com/a:1': { base: 'ex.com/b:1', layers: [] },
      'ex.com/b:1': { base: 'ex.com/a:1', layers: [] },
    };
    expect(() => source(cycle)).toThrow(expect.objectContaining({ code: 'COMPOSE_BASE_CYCLE' }));
    expect(() => source({ nginx: scratch(), 'docker.io/library/nginx:latest': scratch() })).toThrow(
      expect.objectContaining({ code: 'COMPOSE_NAME_TWICE' }),
    );
  });

  it('does not answer for other names or digests', async () => {
    const images = source({ 'ex.com/a:1': scratch() });
    expect(await images.resolve('ex.com/a:2', platform, run)).toBeUndefined();
    expect(await images.resolve(`ex.com/a:1@${digestOf('')}`, platform, run)).toBeUndefined();
  });
});

async function* bytesOfNothing(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array();
}
