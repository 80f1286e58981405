import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inBatches } from './in-batches.ts';

async function* from(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

describe('inBatches', () => {
  it('gives the same bytes in no piece smaller than asked for, the last one excepted', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 50 }), async (given, minBytes) => {
        const batches = await Array.fromAsync(inBatches(from(given), minBytes));
        expect(Buffer.concat(batches)).toEqual(Buffer.concat(given));
        for (const batch of batches.slice(0, -1))
          expect(batch.length).toBeGreaterThanOrEqual(minBytes);
        for (const batch of batches) expect(batch.length).toBeGreaterThan(0);
      }),
    );
  });

  it('copies nothing where pieces are large enough', async () => {
    const piece = Buffer.alloc(100);
    const [batch] = await Array.fromAsync(inBatches(from([piece]), 10));
    expect(batch).toBe(piece);
  });

  it('stops its source when it is left early', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(10);
      } finally {
        closed = true;
      }
    }
    for await (const _ of inBatches(endless(), 5)) break;
    expect(closed).toBe(true);
  });
});
