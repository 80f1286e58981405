import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localCompute } from '../../test/support/local-compute.ts';
import { digestOf } from '../oci/digest.ts';
import { hashChunks } from './hash-chunks.ts';

describe('hashChunks', () => {
  it('gives digest and size of the bytes, however they are cut and though memory is used again', async () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (sizes) => {
        const bytes = Uint8Array.from(
          { length: sizes.reduce((sum, size) => sum + size, 0) },
          (_, at) => at * 31 + (at >> 8),
        );
        const memory = new Uint8Array(400_000);
        async function* lent(): AsyncGenerator<Uint8Array> {
          let at = 0;
          for (const size of sizes) {
            memory.set(bytes.subarray(at, at + size));
            yield memory.subarray(0, size);
            memory.fill(0xaa);
            at += size;
          }
        }
        const found = await hashChunks(lent(), localCompute());
        expect(found).toEqual({ size: bytes.length, digest: digestOf(bytes) });
      }),
      { numRuns: 6 },
    );
  });

  it('ends with the error of what it reads', async () => {
    // biome-ignore lint/correctness/useYield: it fails before the first chunk
    async function* broken(): AsyncGenerator<Uint8Array> {
      throw new Error('unreadable');
    }
    await expect(hashChunks(broken(), localCompute())).rejects.toThrow('unreadable');
  });
});
