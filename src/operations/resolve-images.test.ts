import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import type { LockedFlavor } from '../config/lock.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { ImageSource, ResolvedImage } from '../ports/image-source.ts';
import { storeImages } from './pull-images.ts';
import { resolveImages } from './resolve-images.ts';

const run = { signal: new AbortController().signal };
const platform = { architecture: 'amd64', os: 'linux' };
const body = Buffer.from('manifest');
const root = { mediaType: mediaTypes.ociManifest, digest: digestOf(body), size: body.length };
const opened: string[] = [];
const image = (reference: string, source: string): ResolvedImage => ({
  reference,
  normalized: normalizeReference(reference).normalized,
  source,
  root,
  blobs: [
    {
      ...root,
      role: 'manifest',
      async *open() {
        opened.push(source);
        yield body;
      },
    },
  ],
});
const holding = (name: string, held: readonly string[]): ImageSource => ({
  name,
  resolve: async (reference) =>
    held.some(
      (item) =>
        reference === item || reference === `${normalizeReference(item).normalized}@${root.digest}`,
    )
      ? image(reference, name)
      : undefined,
});
const lock: LockedFlavor = {
  payloads: [],
  images: [{ reference: 'a', source: 'one', ...root, layers: [] }],
};

describe('resolveImages', () => {
  it('asks the sources in order, and once for a reference given twice', async () => {
    const found = await resolveImages(
      ['b', 'a', 'b'],
      [holding('one', ['a']), holding('two', ['a', 'b'])],
      platform,
      {},
      run,
    );
    expect([...found].map(([name, { source }]) => `${name} ${source}`)).toEqual(['b two', 'a one']);
  });

  it('names every source it asked', async () => {
    await expect(
      resolveImages(['x'], [holding('one', []), holding('two', [])], platform, {}, run),
    ).rejects.toMatchObject({
      code: 'IMAGE_NOT_FOUND',
      message: expect.stringMatching(/one.*two/),
    });
  });

  it('asks for the locked digest and gives the name back', async () => {
    const found = await resolveImages(['a'], [holding('one', ['a'])], platform, { lock }, run);
    expect(found.get('a')).toMatchObject({
      reference: 'a',
      normalized: 'docker.io/library/a:latest',
      root,
    });
  });

  it('packs the same for a locked image as for one out of its index', async () => {
    const arm = { os: 'linux', architecture: 'arm64', variant: 'v8' };
    const of = async (pinned: object) => {
      const images = lock.images.map((item) => ({ ...item, ...pinned }));
      const given = { lock: { ...lock, images } };
      return (await resolveImages(['a'], [holding('one', ['a'])], platform, given, run)).get('a');
    };
    const index = digestOf('an index');
    expect(await of({ indexDigest: index, platform: arm })).toMatchObject({
      indexDigest: index,
      root: { ...root, platform: arm },
    });
    expect(await of({ indexDigest: index })).toMatchObject({ root: { ...root, platform } });
    expect((await of({}))?.root).toEqual(root);
  });

  it.each<[string, LockedFlavor, readonly string[]]>([
    ['LOCK_MISSING', { ...lock, images: [] }, ['a']],
    ['LOCK_DRIFT', lock, []],
    ['LOCK_DRIFT', { ...lock, images: lock.images.map((item) => ({ ...item, size: 1 })) }, ['a']],
    [
      'LOCK_DRIFT',
      { ...lock, images: lock.images.map((item) => ({ ...item, mediaType: 'x' })) },
      ['a'],
    ],
    [
      'LOCK_DRIFT',
      {
        ...lock,
        images: lock.images.map((item) => ({
          ...item,
          layers: [{ mediaType: 'x', digest: digestOf('l'), size: 1 }],
        })),
      },
      ['a'],
    ],
  ])('refuses with %s', async (code, given, held) => {
    await expect(
      resolveImages(['a'], [holding('one', held)], platform, { lock: given }, run),
    ).rejects.toMatchObject({ code });
  });

  it('refuses with LOCK_DRIFT what a source gives under another digest than it was asked for', async () => {
    const other = { ...image('a', 'one'), root: { ...root, digest: digestOf('other') } };
    const liar: ImageSource = { name: 'one', resolve: () => Promise.resolve(other) };
    await expect(resolveImages(['a'], [liar], platform, { lock }, run)).rejects.toMatchObject({
      code: 'LOCK_DRIFT',
    });
  });

  it('stops when it is told to', async () => {
    await expect(
      resolveImages(['a'], [holding('one', ['a'])], platform, {}, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('storeImages', () => {
  it('fetches each blob once, and none a second time', async () => {
    const store = new MemoryBlobStore();
    opened.length = 0;
    const stored = await storeImages([image('a', 'one'), image('b', 'two')], store, run);
    await storeImages([image('a', 'one')], store, run);
    expect(opened).toEqual(['one']);
    const chunks: Uint8Array[] = [];
    for await (const chunk of stored[1]?.blobs[0]?.open(run) ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(body);
  });

  it('refuses content that is not what its digest says, and tells that the step failed', async () => {
    const bad = {
      ...image('a', 'one'),
      blobs: [
        {
          ...root,
          digest: digestOf('other'),
          role: 'manifest' as const,
          async *open() {
            yield body;
          },
        },
      ],
    };
    const outcomes: unknown[] = [];
    const watched = {
      ...run,
      onProgress: (event: { kind: string; outcome?: string }) => void outcomes.push(event.outcome),
    };
    await expect(storeImages([bad], new MemoryBlobStore(), watched)).rejects.toMatchObject({
      code: 'OCI_DIGEST_MISMATCH',
    });
    expect(outcomes).toContain('failed');
  });
});
