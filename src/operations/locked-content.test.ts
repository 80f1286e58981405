import { describe, expect, it } from 'vitest';
import { frameKey } from '../archive/frame-plan.ts';
import type { ReleaseLock } from '../config/lock.ts';
import { type Digest, digestOf, hexOf } from '../oci/digest.ts';
import type { CacheEntry, CacheKeeper } from '../ports/cache-keeper.ts';
import { lockedContent } from './locked-content.ts';

const layer = digestOf('layer');
const packaged = JSON.stringify({ layers: [{ digest: digestOf('zarf.yaml') }] });
const contents = new Map<string, string>();
const blob = (content: string): string => {
  contents.set(hexOf(digestOf(content)), content);
  return hexOf(digestOf(content));
};
const entry = (kind: CacheEntry['kind'], key: string): CacheEntry => ({
  kind,
  key,
  path: `${kind}/${key}`,
  size: 1,
  usedMs: 0,
});
const record = (digest: Digest): string => JSON.stringify({ root: { digest } });
contents.set('built', record(layer));
contents.set('other', record(digestOf('nobody')));
const entries = [
  ...['layer', packaged, 'zarf.yaml', 'chart', 'weights', 'chart manifest', 'nobody'].map((each) =>
    entry('blobs', blob(each)),
  ),
  entry('frames', frameKey(hexOf(layer))),
  entry('frames', frameKey(blob('weights'))),
  entry('frames', frameKey(blob('nobody'))),
  entry('builds', 'built'),
  entry('builds', 'other'),
];
const keeper: CacheKeeper = {
  list: async () => entries,
  check: async () => 'sound',
  read: async ({ key }) => Buffer.from(contents.get(key) ?? ''),
  remove: async () => false,
  holdRuns: async () => ({ runs: 0, [Symbol.asyncDispose]: async () => undefined }),
};
const lock = (flavor: Partial<ReleaseLock['flavors'][string]>): ReleaseLock => ({
  schema: 'cowa-release/lock/v1',
  name: 'x',
  architecture: 'amd64',
  flavors: { cpu: { images: [], payloads: [], ...flavor } },
});
const image = {
  reference: 'r',
  source: 's',
  mediaType: 'm',
  digest: digestOf('manifest'),
  size: 1,
  layers: [{ mediaType: 'm', digest: layer, size: 1 }],
};

describe('what a lock keeps in the cache', () => {
  it.each([
    [
      'of an image its layers, their frames and the record of its build',
      { images: [image] },
      [`blobs/${hexOf(layer)}`, `builds/built`, `frames/${frameKey(hexOf(layer))}`],
    ],
    [
      'of a published package its manifest and all that names',
      { packages: [{ reference: 'p', digest: digestOf(packaged) }] },
      [`blobs/${blob(packaged)}`, `blobs/${blob('zarf.yaml')}`],
    ],
    [
      'of an input its content and its manifest',
      {
        inputs: [
          {
            kind: 'chart' as const,
            address: 'a',
            sha256: blob('chart'),
            size: 5,
            manifest: digestOf('chart manifest'),
          },
        ],
      },
      [`blobs/${blob('chart')}`, `blobs/${blob('chart manifest')}`],
    ],
    [
      'of a payload its files and their frames',
      { payloads: [{ path: 'w', sha256: blob('weights'), size: 7 }] },
      [`blobs/${blob('weights')}`, `frames/${frameKey(blob('weights'))}`],
    ],
    ['nothing of what it does not name', {}, []],
  ])('is %s', async (_name, flavor, kept) => {
    const found = await lockedContent(lock(flavor), entries, keeper);
    expect([...found].sort()).toEqual(kept.sort());
  });
});
