import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aLayer, type LayerFile } from '../../test/support/an-image.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import type { LayerFacts } from './layer-facts.ts';
import { defaultLayerLimits, type LayerLimits } from './layer-tar.ts';
import { surveyLayer } from './survey-layer.ts';

const run = { signal: new AbortController().signal };

function survey(content: Uint8Array, limits: Partial<LayerLimits> = {}): Promise<LayerFacts> {
  async function* once(): AsyncGenerator<Uint8Array> {
    yield content;
  }
  return surveyLayer(once(), inProcessCompute(), run, { ...defaultLayerLimits, ...limits });
}
const layer = async (files: readonly LayerFile[], limits?: Partial<LayerLimits>) =>
  survey(await aLayer(files), limits);
const faultsOf = ({ files }: LayerFacts): readonly string[] =>
  files.flatMap(({ facts }) => (facts.kind === 'fault' ? [facts.message] : []));
const modules = (count: number): readonly LayerFile[] =>
  Array.from({ length: count }, (_, at) => ({
    path: `node_modules/m${at}/package.json`,
    content: `{"name":"m${at}","version":"1.0.0"}`,
  }));
const status = 'var/lib/dpkg/status';

describe('a layer made to hurt its reader', () => {
  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('is refused as a %s bomb', async (_name, pack) => {
    const bomb = Buffer.concat(Array(3).fill(pack(Buffer.alloc(96 * 2 ** 20))));
    await expect(survey(bomb)).rejects.toMatchObject({ code: 'LIMIT_EXPANSION' });
  });

  it.each([
    ['files that name packages', { maxTakenFiles: 9 }],
    ['bytes of files that name packages', { maxTakenBytes: 300 }],
    ['bytes of paths', { maxPathsBytes: 200 }],
    ['entries', { maxEntries: 9 }],
    ['bytes', { maxBytes: 4096 }],
  ])('is refused for endless %s', async (_name, limits) => {
    await expect(layer(modules(10), limits)).rejects.toMatchObject({ code: 'SBOM_LAYER_LIMIT' });
    await expect(layer(modules(3), limits)).resolves.toBeDefined();
  });

  it('may lie as deep as it likes: evidence too deep is told, and not read', async () => {
    const deep = (folders: number): LayerFile => ({
      path: `${'d/'.repeat(folders)}${status}`,
      content: 'Package: a\nVersion: 1\nStatus: install ok installed\n',
    });
    expect(faultsOf(await layer([deep(124)]))).toEqual([]);
    expect(faultsOf(await layer([deep(125)]))).toEqual(['it lies more than 128 folders deep']);
  });

  it('lists no more packages in one database than there can be', async () => {
    const stanza = (count: number): string =>
      Array.from({ length: count }, (_, at) => `Package: p${at}\nVersion: 1\n`).join('\n');
    expect(faultsOf(await layer([{ path: status, content: stanza(100_001) }]))).toEqual([
      'it lists 100001 packages, at most 100000 are read',
    ]);
  });

  it('has a database too large to be read told, and nothing else lost', async () => {
    const large = { path: 'var/lib/dpkg/info/a.list', content: Buffer.alloc(33 * 2 ** 20, 0x61) };
    const facts = await layer([large, ...modules(1)]);
    expect(faultsOf(facts)).toEqual(['it has 34603008 bytes, at most 33554432 are read']);
    expect(facts.files).toHaveLength(2);
  });

  it.each([
    ['lists in lists', '['.repeat(2 ** 20) + ']'.repeat(2 ** 20)],
    ['lists that never end', '['.repeat(2 ** 20)],
    ['objects in objects', `${'{"name":'.repeat(2 ** 17)}1${'}'.repeat(2 ** 17)}`],
    ['half a document', '{"name":"a","version":'],
    ['a name that is none', '{"name":{"a":1},"version":[]}'],
    ['members of a prototype', '{"__proto__":{"name":"a","version":"1"}}'],
    ['no text at all', '\u0000\u0001\u0002'],
  ])('has metadata of %s passed over', async (_name, content) => {
    const facts = await layer([{ path: 'a/package.json', content }, ...modules(1)]);
    expect(facts.files.map(({ path }) => path)).toEqual(['node_modules/m0/package.json']);
  });

  it.each([
    ['model.safetensors', Buffer.from('\u0009\0\0\0\0\0\0\0{"a":[[[}', 'latin1')],
    ['model.gguf', Buffer.concat([Buffer.from('GGUF\u0003\0\0\0'), Buffer.alloc(16, 0xff)])],
    ['var/lib/rpm/rpmdb.sqlite', Buffer.alloc(8192, 0x41)],
  ])('has %s that cannot be read told', async (path, content) => {
    expect(faultsOf(await layer([{ path, content }]))).toHaveLength(1);
  });
});
