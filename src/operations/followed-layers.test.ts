import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { aLayer, anImage } from '../../test/support/an-image.ts';
import { debian, dpkgStatus } from '../../test/support/catalogued.ts';
import { EmbeddedGenerator } from '../adapters/catalogers/embedded-generator.ts';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { MemoryRecordStore } from '../adapters/memory/record-store.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageSource, ResolvedImage } from '../ports/image-source.ts';
import { imageStep } from './image-steps.ts';
import type { ReleasePlan } from './plan-release.ts';
import { storeImages } from './pull-images.ts';

const run = { signal: new AbortController().signal };
const pieceBytes = 2 ** 16;

/** The image with its layer in pieces, each of which is wiped when it is given back. */
function inPieces(image: ResolvedImage, other?: Uint8Array): ResolvedImage {
  return {
    ...image,
    blobs: image.blobs.map((blob) => {
      const open = (): AsyncIterable<Uint8Array> => ({
        async *[Symbol.asyncIterator]() {
          const [whole] = await Array.fromAsync(blob.open(run));
          const content =
            blob.role === 'layer' && other !== undefined ? other : (whole ?? Buffer.of());
          for (let at = 0; at < content.length; at += pieceBytes)
            yield Uint8Array.from(content.subarray(at, at + pieceBytes));
        },
      });
      const openUnchecked = () => ({ ...open(), recycle: (chunk: Uint8Array) => chunk.fill(0) });
      return { ...blob, open, openUnchecked };
    }),
  };
}

class WatchedStore extends MemoryBlobStore {
  readonly opened: Digest[] = [];
  override async *openUnchecked(digest: Digest): AsyncGenerator<Uint8Array> {
    this.opened.push(digest);
    yield* super.openUnchecked(digest);
  }
}

async function stored(image: ResolvedImage, records = new MemoryRecordStore()) {
  const generator = new EmbeddedGenerator('1.0.0', inProcessCompute(), records);
  const store = new WatchedStore();
  const [held] = await storeImages([image], store, run, (blob) =>
    image.blobs.some(({ digest, role }) => digest === blob.digest && role === 'layer')
      ? generator.follow(blob, run)
      : undefined,
  );
  if (held === undefined) throw new Error('not stored');
  return { generator, store, held, records };
}

const filler = { path: 'srv/data', content: Buffer.alloc(3 * 2 ** 20, 7) };
const layer = await aLayer([filler, debian, dpkgStatus('libc6 2.36-9'), { ...filler, path: 'b' }]);

describe('layers that are fetched', () => {
  it('are listed in passing, and not read again', async () => {
    const image = anImage([layer]);
    const { generator, store, held } = await stored(inPieces(image));
    const [found] = await generator.catalogue(held, run);
    expect(found?.packages.map(({ name, version }) => [name, version])).toEqual([
      ['libc6', '2.36-9'],
    ]);
    expect(store.opened).not.toContain(image.blobs.find(({ role }) => role === 'layer')?.digest);
  });

  it('are listed though a frame of zstd is larger than what may wait for its reader', async () => {
    const noise = { path: 'srv/noise', content: randomBytes(5 * 2 ** 20) };
    const tar = await aLayer([noise, debian, dpkgStatus('libc6 2.36-9')]);
    const packed = { tar, stored: zstdCompressSync(tar), mediaType: mediaTypes.ociLayerZstd };
    const image = anImage([packed]);
    const { generator, store, held } = await stored(inPieces(image));
    const [found] = await generator.catalogue(held, run);
    expect(found?.packages.map(({ name }) => name)).toEqual(['libc6']);
    expect(store.opened).not.toContain(image.blobs.find(({ role }) => role === 'layer')?.digest);
  });

  it.each([
    ['another layer', (other: Uint8Array) => other],
    [
      'packed, with bytes behind it',
      (other: Uint8Array) => [gzipSync(other), Buffer.alloc(999, 1)],
    ],
  ])('leave nothing behind where they are not what their digest says: %s', async (_what, sent) => {
    const other = await aLayer([debian, dpkgStatus('libc6 9.99-9')]);
    const records = new MemoryRecordStore();
    const keep = vi.spyOn(records, 'keep');
    const image = anImage([layer]);
    const bytes = Buffer.concat([sent(other)].flat());
    await expect(stored(inPieces(image, bytes), records)).rejects.toMatchObject({
      code: expect.stringMatching(/^OCI_(?:DIGEST|SIZE)_MISMATCH$/),
    });
    expect(keep).not.toHaveBeenCalled();
  });

  it('are not followed where they are known, and nobody waits', async () => {
    const first = await stored(inPieces(anImage([layer])));
    await first.generator.catalogue(first.held, run);
    const { generator, held } = await stored(inPieces(anImage([layer])), first.records);
    const [found] = await generator.catalogue(held, run);
    expect(found?.packages).toHaveLength(1);
  });

  it('are stored where they cannot be read, which is told when they are listed', async () => {
    const { generator, held } = await stored(inPieces(anImage([Buffer.alloc(2 ** 23, 'no tar')])));
    await expect(generator.catalogue(held, run)).rejects.toMatchObject({
      code: 'SBOM_LAYER_INVALID',
    });
  });

  it('are followed by whoever lists the image; nothing else is', async () => {
    const image = anImage([layer]);
    const chart = {
      ...image.blobs[0],
      mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
    };
    const generator = new EmbeddedGenerator('1.0.0', inProcessCompute(), new MemoryRecordStore());
    const follow = vi.spyOn(generator, 'follow');
    const blobs = new MemoryBlobStore();
    const step = imageStep(
      image.reference,
      { generator, blobs, records: new MemoryRecordStore() },
      {
        plan: { release: { architecture: 'amd64' } } as ReleasePlan,
        imageSources: [
          {
            name: 'test',
            resolve: async () => ({ ...image, blobs: [...image.blobs, chart] }),
          } as ImageSource,
        ],
        blobs,
        lock: undefined,
        images: new Map(),
        imageSboms: new Map(),
      },
    );
    await step.work(run);
    expect(follow.mock.calls.map(([{ digest }]) => digest)).toEqual(
      image.blobs.filter(({ role }) => role === 'layer').map(({ digest }) => digest),
    );
  });
});
