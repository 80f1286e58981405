import { describe, expect, it } from 'vitest';
import { aLayer, anImage } from '../../../test/support/an-image.ts';
import { debian, dpkgStatus, namesIn } from '../../../test/support/catalogued.ts';
import { inProcessCompute } from '../../archive/compute-in-process.ts';
import { digestOf } from '../../oci/digest.ts';
import { storedContent } from '../../ports/blob-store.ts';
import type { ResolvedImage } from '../../ports/image-source.ts';
import { MemoryBlobStore } from '../memory/blob-store.ts';
import { MemoryRecordStore } from '../memory/record-store.ts';
import { EmbeddedGenerator } from './embedded-generator.ts';

const run = { signal: new AbortController().signal };
const layer = await aLayer([debian, dpkgStatus('openssl 3.0.1')]);
const image = anImage([layer]);
const records = () => new MemoryRecordStore();
const generator = (kept = records()) => new EmbeddedGenerator('1.0.0', inProcessCompute(), kept);

/** The image as it lies in a cache where its layer was changed. */
async function lyingAs(content: Uint8Array): Promise<ResolvedImage> {
  const store = new MemoryBlobStore();
  for (const blob of image.blobs) await store.put(blob.open(run), {});
  store.blobs.set(digestOf(layer), content);
  const blobs = image.blobs.map((blob) => ({ ...blob, ...storedContent(blob, store) }));
  return { ...image, blobs };
}

describe('a layer that was damaged where it lay', () => {
  const renamed = Buffer.from(layer.toString('latin1').replace('openssl', 'evilzzz'), 'latin1');
  const broken = Buffer.concat([Buffer.from('no header'), layer.subarray(9)]);
  const cut = layer.subarray(0, layer.length - 512);

  it.each([
    ['another package in it', renamed],
    ['a header that is none', broken],
    ['its end missing', cut],
  ])('is told as damaged, and nothing is kept of it: %s', async (_name, content) => {
    const kept = records();
    await expect(generator(kept).catalogue(await lyingAs(content), run)).rejects.toMatchObject({
      code: 'OCI_DIGEST_MISMATCH',
    });
    const [found] = await generator(kept).catalogue(image, run);
    expect(found && namesIn(found)).toEqual(['openssl 3.0.1']);
  });

  it('whose bytes are right and which is no tar is told as that', async () => {
    const none = anImage([broken]);
    await expect(generator().catalogue(none, run)).rejects.toMatchObject({
      code: 'SBOM_LAYER_INVALID',
    });
  });
});
