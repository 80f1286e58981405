import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { memoryFetching } from '../../test/support/fetching.ts';
import { MemoryWebSource } from '../adapters/memory/web-source.ts';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import type { PayloadConfig, PayloadOrigin } from '../config/release-definition.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { heldContent } from '../ports/blob-store.ts';
import type { ImageSource } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import { checkPayload } from './check-payloads.ts';
import { type Fetching, takePayload } from './fetch-step.ts';
import { withFetched } from './fetched-workspace.ts';

const run: Run = { signal: new AbortController().signal };
const weights = Buffer.from('weights');
const config = Buffer.from('{"a":1}');
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const blobHash = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
const folder = { 'a b/w.gguf': sha(weights), 'config.json': sha(config) };
const commit = 'c'.repeat(40);

function payload(
  from: PayloadOrigin,
  sha256: PayloadConfig['sha256'] = folder,
): PayloadConfig & { readonly from: PayloadOrigin } {
  return { package: 'llm', source: '.model/', sha256, from };
}

/** What the package would be made of, as `assemble` compares it. */
async function fetched(wanted: PayloadConfig, fetching: Fetching) {
  const { held } = await takePayload(wanted, fetching, run);
  const workspace = withFetched(new MemoryWorkspace({}), fetching.contents, fetching.blobs);
  return { held, files: await checkPayload(wanted, '.', workspace, run, 'refused') };
}

const whole = [
  { path: 'llm/.model/a b/w.gguf', sha256: sha(weights), size: 7 },
  { path: 'llm/.model/config.json', sha256: sha(config), size: 7 },
];

describe('a payload by address', () => {
  const url = 'https://example.com/models/';
  const files = { [`${url}a%20b/w.gguf`]: weights, [`${url}config.json`]: config };

  it('is a folder of files, asked for once', async () => {
    const web = new MemoryWebSource(files);
    const fetching = memoryFetching({ web });
    expect(await fetched(payload({ url }), fetching)).toEqual({ held: false, files: whole });
    expect(await fetched(payload({ url }), fetching)).toEqual({ held: true, files: whole });
    expect(web.asked).toHaveLength(2);
  });

  it('is one file', async () => {
    const web = new MemoryWebSource({ 'https://example.com/w': weights });
    const one = { ...payload({ url: 'https://example.com/w' }, sha(weights)), source: 'w.gguf' };
    expect((await fetched(one, memoryFetching({ web }))).files).toEqual([
      { path: 'llm/w.gguf', sha256: sha(weights), size: 7 },
    ]);
  });

  it('is refused with other bytes, and nothing of it stays', async () => {
    const web = new MemoryWebSource({ ...files, [`${url}config.json`]: 'evil' });
    const fetching = memoryFetching({ web });
    await expect(fetched(payload({ url }), fetching)).rejects.toMatchObject({
      code: 'INPUT_DIGEST',
    });
    expect(await fetching.blobs.find(digestOf('evil'))).toBeUndefined();
  });
});

describe('a payload of an OCI artifact', () => {
  const artifact = (...layers: readonly Uint8Array[]): ImageSource => ({
    name: 'layout',
    resolve: async (reference) => ({
      reference,
      normalized: reference,
      source: 'layout',
      root: { mediaType: mediaTypes.ociManifest, digest: digestOf('m'), size: 1 },
      blobs: layers.map((bytes) => ({
        ...heldContent(bytes),
        mediaType: 'application/octet-stream',
        role: 'layer' as const,
      })),
    }),
  });
  const wanted = payload({ oci: 'r.io/models/llm:1' });

  it('is its layers, by digest', async () => {
    const fetching = memoryFetching({ images: [artifact(config, weights)] });
    expect((await fetched(wanted, fetching)).files).toEqual(whole);
  });

  it('is refused where a file is no layer', async () => {
    const fetching = memoryFetching({ images: [artifact(config)] });
    await expect(fetched(wanted, fetching)).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
  });
});

describe('a payload of a model hub', () => {
  const hub = 'https://hub.example.com';
  const from = { hub, repository: 'org/llm', commit };
  const tree = `${hub}/api/models/org/llm/tree/${commit}?recursive=true`;
  const at = `${hub}/org/llm/resolve/${commit}/`;
  const large = { type: 'file', path: 'a b/w.gguf', size: 7, oid: '1'.repeat(40) };
  const small = { type: 'file', path: 'config.json', size: 7, oid: blobHash(config) };
  const listed = { ...large, lfs: { oid: sha(weights), size: 7, pointerSize: 130 } };

  function serving(first: unknown, second?: unknown): MemoryWebSource {
    const web = new MemoryWebSource({
      [tree]: JSON.stringify(first),
      [`${at}a%20b/w.gguf`]: weights,
      [`${at}config.json`]: config,
    });
    if (second !== undefined) {
      web.files.set(`${tree}&cursor=2`, Buffer.from(JSON.stringify(second)));
      web.next.set(tree, `${tree}&cursor=2`);
    }
    return web;
  }

  it('is the snapshot of a commit, of however many pages', async () => {
    const web = serving([{ type: 'directory', path: 'a b', oid: 'x' }, listed], [small]);
    expect((await fetched(payload(from), memoryFetching({ web }))).files).toEqual(whole);
    expect(web.asked.filter((each) => each === tree)).toHaveLength(1);
  });

  it.each([
    ['a file the commit does not have', 'INPUT_NOT_FOUND', serving([listed])],
    [
      'a list that names another SHA-256',
      'INPUT_DIGEST',
      serving([{ ...listed, lfs: { oid: sha(config) } }, small]),
    ],
    [
      'a list that names another object of Git',
      'INPUT_DIGEST',
      serving([listed, { ...small, oid: '2'.repeat(40) }]),
    ],
    ['another size than the list', 'INPUT_DIGEST', serving([listed, { ...small, size: 5 }])],
    ['what is no list', 'INPUT_DOCUMENT', serving({ error: 'no' })],
    ['a list without hashes', 'INPUT_DOCUMENT', serving([{ type: 'file', path: 'x', size: 1 }])],
  ])('is refused with %s', async (_name, code, web) => {
    await expect(fetched(payload(from), memoryFetching({ web }))).rejects.toMatchObject({ code });
  });

  it('does not go on at another host, which would get the token', async () => {
    const web = serving([listed]);
    web.next.set(tree, 'https://evil.example.com/x');
    await expect(fetched(payload(from), memoryFetching({ web }))).rejects.toMatchObject({
      code: 'INPUT_DOCUMENT',
    });
  });
});
