import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flipAt, patchedBytes, type Splice, splicedBytes } from './spliced-bytes.ts';

async function spliced(bytes: Uint8Array, cuts: readonly number[], splices: readonly Splice[]) {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
    let at = 0;
    for (const end of [...ends, bytes.length]) {
      yield bytes.subarray(at, end);
      at = end;
    }
  }
  return Buffer.concat(await Array.fromAsync(splicedBytes(chunks(), splices)));
}

describe('splicedBytes', () => {
  it('puts and removes as if the whole were at hand, however it is cut', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
    const places = fc.array(
      fc.record({ gap: fc.nat(12), remove: fc.nat(8), put: fc.uint8Array({ maxLength: 5 }) }),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.array(fc.nat(), { maxLength: 6 }),
        places,
        async (all, cuts, drafts) => {
          let at = 0;
          const splices = drafts.map(({ gap, remove, put }) => {
            const splice = { at: at + gap, remove, put };
            at += gap + remove + 1;
            return splice;
          });
          const ends = splices.map(({ at: start, remove }) => start + remove);
          const expected = Buffer.concat([
            ...splices.flatMap(({ at: start, put }, index) => [
              all.subarray(ends[index - 1] ?? 0, start),
              put,
            ]),
            all.subarray(ends.at(-1) ?? 0),
          ]);
          expect(await spliced(all, cuts, splices.toReversed())).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('turns one bit over, and appends behind the end', async () => {
    expect([...(await spliced(Uint8Array.of(1, 2, 3), [1], [flipAt(1)]))]).toEqual([1, 3, 3]);
    const behind = { at: Number.POSITIVE_INFINITY, remove: 0, put: Uint8Array.of(9) };
    expect([...(await spliced(Uint8Array.of(1, 2), [], [behind]))]).toEqual([1, 2, 9]);
  });
});

describe('patchedBytes', () => {
  it('changes one byte, passes other chunks on as they are, and gives each back once', async () => {
    const chunks = [Uint8Array.of(1, 2), Uint8Array.of(3, 4)];
    const back: Uint8Array[] = [];
    async function* each() {
      yield* chunks;
    }
    const source = Object.assign(each(), { recycle: (chunk: Uint8Array) => back.push(chunk) });
    const patched = patchedBytes(source, [{ at: 2, mask: 1 }]);
    const seen: Uint8Array[] = [];
    for await (const chunk of patched) {
      seen.push(chunk);
      if (chunk === chunks[0]) patched.recycle?.(chunk);
    }
    expect(seen.map((chunk) => [...chunk])).toEqual([
      [1, 2],
      [2, 4],
    ]);
    expect(seen[0]).toBe(chunks[0]);
    expect(back).toEqual(chunks);
    expect(chunks[1]).toEqual(Uint8Array.of(3, 4));
  });
});
