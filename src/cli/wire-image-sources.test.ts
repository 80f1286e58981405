import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { lockImages } from '../operations/lock-images.ts';
import { resolveImages } from '../operations/resolve-images.ts';
import { imageSourcesFrom } from './wire-image-sources.ts';

const run = { signal: new AbortController().signal };
const platform = { architecture: 'amd64', os: 'linux' };
const deps = {
  workspace: new MemoryWorkspace({ x: 'x' }),
  blobs: new MemoryBlobStore(),
  epochSeconds: 0,
};

describe('imageSourcesFrom', () => {
  it('keeps the order and lets composed images build on later sources', async () => {
    const sources = await imageSourcesFrom(
      [
        { type: 'compose', images: { 'ex.com/a:1': { base: 'ex.com/b:1', layers: [] } } },
        {
          type: 'compose',
          images: {
            'ex.com/b:1': { base: 'scratch', layers: [{ files: [{ source: 'x', target: '/x' }] }] },
          },
        },
        { type: 'oci-layout', path: 'l' },
        { type: 'docker-archive', path: 'd' },
        { type: 'registry', hosts: ['ex.com'] },
      ],
      deps,
    );
    expect(sources.map(({ name }) => name)).toEqual([
      'compose',
      'compose',
      'oci-layout l',
      'docker-archive d',
      'registry',
    ]);
    const found = await resolveImages(['ex.com/a:1'], sources, platform, {}, run);
    const images = await lockImages(found.values(), run);
    expect(images).toMatchObject([
      { reference: 'ex.com/a:1', source: 'compose', layers: [{ size: 2048 }] },
    ]);
    const again = await resolveImages(
      ['ex.com/a:1'],
      sources,
      platform,
      { lock: { images, payloads: [] } },
      run,
    );
    expect(again).toMatchObject(new Map([['ex.com/a:1', { root: found.get('ex.com/a:1')?.root }]]));
  });
});
