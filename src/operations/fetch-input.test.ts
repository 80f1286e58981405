import { describe, expect, it } from 'vitest';
import { memoryFetching } from '../../test/support/fetching.ts';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { MemoryWebSource } from '../adapters/memory/web-source.ts';
import { tarStream } from '../archive/tar-writer.ts';
import type { LockedInput } from '../config/lock.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import { heldContent } from '../ports/blob-store.ts';
import type { ImageSource } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import { chartTarEntries } from '../zarf/helm-package.ts';
import type { RemoteInput } from '../zarf/remote-inputs.ts';
import { storedGzip } from '../zarf/stored-gzip.ts';
import { fetchInput } from './fetch-input.ts';
import type { FetchedInput } from './fetch-ports.ts';

const run: Run = { signal: new AbortController().signal };
const address = 'https://example.com/tool';
const tool = Buffer.from('tool');
const sha256 = hexOf(digestOf(tool));
const file: RemoteInput = { kind: 'file', address, pointer: '/files/0/source' };
const pin: LockedInput = { kind: 'file', address, sha256, size: 4 };

/** A packed chart of this name and version. */
async function packed(version: string): Promise<Buffer> {
  const text = Buffer.from(`apiVersion: v2\nname: demo\nversion: ${version}\n`);
  const { open } = heldContent(text);
  const entry = { path: 'Chart.yaml', type: 'file' as const, mode: 0o644, size: text.length, open };
  const tar = tarStream(chartTarEntries('demo', [entry], 'demo', run));
  return Buffer.concat(await Array.fromAsync(storedGzip(tar)));
}

const repository = 'https://charts.example.com/stable/';
const chart: RemoteInput = {
  kind: 'chart',
  address: `${repository}#demo@1.2.3`,
  pointer: '/charts/0',
};
const one = await packed('1.2.3');
const other = await packed('9.9.9');
const index = (more: object = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    entries: {
      demo: [
        { version: '2.0.0', urls: ['demo-2.tgz'] },
        { version: 'v1.2.3', urls: ['charts/demo-1.tgz'], digest: hexOf(digestOf(one)), ...more },
      ],
    },
  });
const charts = (more: object = {}, content: Uint8Array = one): MemoryWebSource =>
  new MemoryWebSource({
    [`${repository}index.yaml`]: index(more),
    [`${repository}charts/demo-1.tgz`]: content,
  });

describe('a file', () => {
  it('is taken as it is, and told by its digest', async () => {
    const found = await fetchInput(
      file,
      undefined,
      memoryFetching({ web: new MemoryWebSource({ [address]: tool }) }),
      run,
    );
    expect(found).toEqual({
      locked: pin,
      content: { kind: 'file', digest: digestOf(tool), size: 4 },
      held: false,
    });
  });

  it.each([
    ['the definition', { ...file, sha256 }, undefined],
    ['the lock', file, pin],
  ])('that is held is not asked for where %s names its digest', async (_name, input, lock) => {
    const blobs = new MemoryBlobStore();
    blobs.blobs.set(digestOf(tool), tool);
    const web = new MemoryWebSource();
    const found = await fetchInput(input, lock, memoryFetching({ web, blobs }), run);
    expect(found).toMatchObject({ held: true, locked: pin });
    expect(web.asked).toEqual([]);
  });

  it.each([
    ['other bytes than shasum promises', 'INPUT_DIGEST', { ...file, sha256 }, undefined],
    ['other bytes than the lock names', 'INPUT_DIGEST', file, pin],
    [
      'a lock that disagrees with shasum',
      'INPUT_LOCK_DRIFT',
      { ...file, sha256: 'b'.repeat(64) },
      pin,
    ],
  ])('refuses %s', async (_name, code, input, lock) => {
    const blobs = new MemoryBlobStore();
    const web = new MemoryWebSource({ [address]: 'evil' });
    await expect(
      fetchInput(input, lock, memoryFetching({ web, blobs }), run),
    ).rejects.toMatchObject({ code });
    expect(blobs.blobs.size).toBe(0);
  });

  it('refuses what is held where the lock says another size', async () => {
    const blobs = new MemoryBlobStore();
    blobs.blobs.set(digestOf(tool), tool);
    const web = new MemoryWebSource({ [address]: tool });
    await expect(
      fetchInput(file, { ...pin, size: 5 }, memoryFetching({ web, blobs }), run),
    ).rejects.toMatchObject({ code: 'INPUT_DIGEST' });
  });
});

describe('a chart of a repository', () => {
  it('is found in the index, byte for byte', async () => {
    const web = charts();
    const found = await fetchInput(chart, undefined, memoryFetching({ web }), run);
    expect(found.locked).toEqual({
      kind: 'chart',
      address: chart.address,
      sha256: hexOf(digestOf(one)),
      size: one.length,
    });
    expect(web.asked).toEqual([`${repository}index.yaml`, `${repository}charts/demo-1.tgz`]);
  });

  it('of a range is the highest of it, or the one that is locked', async () => {
    const ranged = { ...chart, address: `${repository}#demo@^1.0.0` };
    const [later, hex] = [await packed('1.9.0'), (bytes: Uint8Array) => hexOf(digestOf(bytes))];
    const listed = (...more: readonly object[]): MemoryWebSource =>
      new MemoryWebSource({
        [`${repository}index.yaml`]: JSON.stringify({
          entries: {
            demo: [
              { version: '2.0.0', urls: ['demo-2.tgz'] },
              { version: '1.9.9-rc.1', urls: ['demo-rc.tgz'] },
              { version: '1.2.3', urls: ['charts/demo-1.tgz'], digest: hex(one) },
              ...more,
            ],
          },
        }),
        [`${repository}charts/demo-1.tgz`]: one,
        [`${repository}later.tgz`]: later,
      });
    const before = await fetchInput(ranged, undefined, memoryFetching({ web: listed() }), run);
    expect(before.locked.sha256).toBe(hex(one));
    const web = listed({ version: '1.9.0', urls: ['later.tgz'], digest: hex(later) });
    const now = await fetchInput(ranged, undefined, memoryFetching({ web }), run);
    expect(now.locked.sha256).toBe(hex(later));
    const pinned = await fetchInput(ranged, before.locked, memoryFetching({ web }), run);
    expect(pinned).toMatchObject({ locked: before.locked, held: false });
    const wrong = listed({ version: '1.9.1', urls: ['later.tgz'], digest: hex(later) });
    await expect(
      fetchInput(ranged, undefined, memoryFetching({ web: wrong }), run),
    ).rejects.toMatchObject({ code: 'INPUT_DOCUMENT' });
    const none = { ...chart, address: `${repository}#demo@~3` };
    await expect(fetchInput(none, undefined, memoryFetching({ web }), run)).rejects.toMatchObject({
      code: 'INPUT_NOT_FOUND',
    });
  });

  it('that is held costs the index alone', async () => {
    const fetching = memoryFetching({ web: charts() });
    await fetchInput(chart, undefined, fetching, run);
    expect((await fetchInput(chart, undefined, fetching, run)).held).toBe(true);
  });

  it.each([
    ['a chart that is not what the index promises', 'INPUT_DIGEST', charts({}, Buffer.from('x'))],
    ['a chart of another version', 'INPUT_DOCUMENT', charts({ digest: undefined }, other)],
    ['what is no chart', 'INPUT_DOCUMENT', charts({ digest: undefined }, Buffer.from('x'))],
    ['a version it does not have', 'INPUT_NOT_FOUND', charts({ version: '0.0.1' })],
    ['an entry without an address', 'INPUT_DOCUMENT', charts({ urls: [] })],
    [
      'an index without the chart',
      'INPUT_NOT_FOUND',
      new MemoryWebSource({ [`${repository}index.yaml`]: 'entries: {}' }),
    ],
    [
      'what is no index',
      'INPUT_DOCUMENT',
      new MemoryWebSource({ [`${repository}index.yaml`]: '<html>' }),
    ],
  ])('refuses %s', async (_name, code, web) => {
    await expect(fetchInput(chart, undefined, memoryFetching({ web }), run)).rejects.toMatchObject({
      code,
    });
  });

  it('that changed is refused where the lock names another', async () => {
    const lock: LockedInput = { kind: 'chart', address: chart.address, sha256, size: 4 };
    await expect(
      fetchInput(chart, lock, memoryFetching({ web: charts() }), run),
    ).rejects.toMatchObject({ code: 'INPUT_DIGEST' });
  });
});

describe('a chart of a registry', () => {
  const oci: RemoteInput = { ...chart, address: 'oci://r.io/charts/demo:1.2.3' };
  const type = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
  function registry(layerType = type): ImageSource {
    const config = Buffer.from('{}');
    const part = (bytes: Uint8Array, mediaType: string) => ({
      mediaType,
      digest: digestOf(bytes),
      size: bytes.length,
    });
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        config: part(config, 'application/vnd.cncf.helm.config.v1+json'),
        layers: [part(one, layerType)],
      }),
    );
    return {
      name: 'registry',
      resolve: async (reference) => ({
        reference,
        normalized: reference,
        source: 'registry',
        root: part(manifest, mediaTypes.ociManifest),
        blobs: [
          { ...heldContent(manifest), mediaType: mediaTypes.ociManifest, role: 'manifest' },
          { ...heldContent(one), mediaType: layerType, role: 'layer' },
        ],
      }),
    };
  }
  const from = (source: ImageSource): Promise<FetchedInput> =>
    fetchInput(oci, undefined, memoryFetching({ images: [source] }), run);

  it('is its layer, and its manifest is told', async () => {
    const { locked } = await from(registry());
    expect(locked).toMatchObject({ kind: 'chart', sha256: hexOf(digestOf(one)), size: one.length });
    expect(locked.manifest).toMatch(/^sha256:/);
  });

  it('is no image', async () => {
    await expect(from(registry(mediaTypes.ociLayerTar))).rejects.toMatchObject({
      code: 'INPUT_NOT_FOUND',
    });
  });
});
