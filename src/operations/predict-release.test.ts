import { describe, expect, it } from 'vitest';
import { smallRelease } from '../../test/support/small-release.ts';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import type { ReleaseLock } from '../config/lock.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import type { SizeBudget } from '../policy/policy.ts';
import type { ImageBlob, ResolvedImage } from '../ports/image-source.ts';
import { planRelease } from './plan-release.ts';
import { predictRelease } from './predict-release.ts';

const run = { signal: new AbortController().signal };
const contents = {
  manifest: 'a manifest',
  config: 'config',
  layers: ['the first layer', 'a second layer of an image'],
} as const;

function blob(text: string, role: ImageBlob['role']): ImageBlob {
  return {
    digest: digestOf(text),
    size: text.length,
    mediaType: role,
    role,
    open: async function* () {
      yield Buffer.from(text);
    },
  };
}

const image = (reference: string): ResolvedImage => ({
  reference,
  normalized: reference,
  source: 'registry example.com',
  root: {
    mediaType: mediaTypes.ociManifest,
    digest: digestOf(contents.manifest),
    size: contents.manifest.length,
  },
  blobs: [
    blob(contents.manifest, 'manifest'),
    blob(contents.config, 'config'),
    ...contents.layers.map((text) => blob(text, 'layer')),
  ],
});
const imageBytes = [contents.manifest, contents.config, ...contents.layers].join('').length;

async function predict(
  cached: readonly string[] = [],
  budgets: readonly SizeBudget[] = [],
  lock?: ReleaseLock,
): ReturnType<typeof predictRelease> {
  const workspace = new MemoryWorkspace(smallRelease());
  const plan = await planRelease(
    { definitionPath: 'cowa-release.yaml', flavor: 'all', allowActions: false },
    { workspace },
    run,
  );
  const blobs = new MemoryBlobStore();
  for (const text of cached) await blobs.put(blob(text, 'layer').open(run), {});
  const names = ['example.com/api:1', 'example.com/model:1'];
  const images = new Map(names.map((name) => [name, image(name)]));
  const ports = { workspace, blobs, lock, onlyLocked: false };
  return predictRelease(plan, { images, builds: [] }, budgets, ports, run);
}

describe('predictRelease', () => {
  it.each([
    { what: 'nothing', cached: [], layers: 'fetch', left: imageBytes },
    {
      what: 'what asking for an image brings',
      cached: [contents.manifest, contents.config],
      layers: 'fetch',
      left: contents.layers.join('').length,
    },
    {
      what: 'one layer',
      cached: [contents.manifest, contents.layers[0]],
      layers: 'partly',
      left: contents.config.length + contents.layers[1].length,
    },
    {
      what: 'everything',
      cached: [contents.manifest, contents.config, ...contents.layers],
      layers: 'cached',
      left: 0,
    },
  ])(
    'says what there is to fetch where the cache holds $what',
    async ({ cached, layers, left }) => {
      const { images, fetchSize } = await predict(cached);
      expect(images).toMatchObject([
        { reference: 'example.com/api:1', layers, size: imageBytes, cached: imageBytes - left },
        { reference: 'example.com/model:1', layers },
      ]);
      // Both images are the same content, which is fetched once.
      expect(fetchSize).toBe(left);
    },
  );

  it.each([
    ['as it is', digestOf(contents.manifest), 'same'],
    ['at another digest', digestOf('another'), 'other'],
  ])('says whether the lock names an image %s', async (_how, digest, lock) => {
    const named = { ...image('example.com/api:1').root, reference: 'example.com/api:1' };
    const locked = { ...named, digest, source: 'registry', layers: [] };
    const flavors = { cpu: { images: [locked], payloads: [] } };
    const schema = 'cowa-release/lock/v1';
    const { images } = await predict([], [], { schema, name: 'a', architecture: 'amd64', flavors });
    expect(images.map((each) => each.lock)).toEqual([lock, 'missing']);
    expect((await predict()).images[0]).not.toHaveProperty('lock');
  });

  it('counts files of this machine and payloads in, and a layer that packages share once', async () => {
    const { packages, bundles } = await predict();
    const weights = Buffer.from('weights of a very small model\n'.repeat(40)).length;
    const sizes = new Map(packages.map(({ name, size, localSize }) => [name, { size, localSize }]));
    const gpu = sizes.get('model-gpu');
    expect(gpu?.localSize).toBeGreaterThan(weights);
    expect(gpu?.size).toBe(imageBytes + (gpu?.localSize ?? 0));
    const local = (gpu?.localSize ?? 0) + (sizes.get('api')?.localSize ?? 0);
    expect(bundles.find(({ flavor }) => flavor === 'gpu')).toMatchObject({
      size: imageBytes + local,
      atLeast: false,
    });
  });

  it('holds the sizes against the budgets that apply', async () => {
    const { budgets } = await predict(
      [],
      [{ kind: 'image', pattern: 'example.com/api:*', maxBytes: 1 }],
    );
    expect(budgets).toMatchObject([
      { kind: 'image', name: 'example.com/api:1', size: imageBytes, outcome: 'over' },
    ]);
  });
});
