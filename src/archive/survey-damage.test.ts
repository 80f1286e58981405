import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizesOf, soundTar } from '../../test/support/sound-tar.ts';
import { problemCodes, surveyBytes } from '../../test/support/survey-bytes.ts';
import {
  checkedFrame,
  noiseBytes,
  tarFile,
  tarOf,
  unsizedFrame,
} from '../../test/support/tar-bytes.ts';
import { encodeRawFrame } from './raw-frame.ts';
import { renderSeekTable } from './seek-table-write.ts';

describe('any damage', () => {
  const parts = [
    soundTar.subarray(0, 1536),
    soundTar.subarray(1536, 72_192),
    soundTar.subarray(72_192),
  ];
  const frames = parts.map((part, index) =>
    index === 1 ? encodeRawFrame(part) : checkedFrame(part),
  );
  const ours = Buffer.concat([
    ...frames,
    renderSeekTable(frames.map((frame, index) => sizesOf(frame, parts[index] ?? frame))),
  ]);
  const archives = [
    { name: 'our archive', bytes: ours },
    { name: 'one frame', bytes: checkedFrame(soundTar) },
    { name: 'a plain tar', bytes: soundTar },
  ];

  it.each(archives)('$name cut short at any byte is noticed', async ({ bytes }) => {
    const at = Array.from({ length: 60 }, (_, index) => index + 1).concat(
      Array.from({ length: 60 }, (_, index) => bytes.length - 1 - index),
    );
    const random = fc.sample(fc.integer({ min: 1, max: bytes.length - 1 }), {
      numRuns: 100,
      seed: 7,
    });
    for (const length of [...at, ...random]) {
      const found = await problemCodes(bytes.subarray(0, length)).catch((error: unknown) => [
        String((error as { code?: string }).code),
      ]);
      // Whole frames may go unmissed as such; then the tar, its end or an entry is missing, or only the table.
      const onlyTableGone =
        bytes === ours &&
        length ===
          ours.length - renderSeekTable(frames.map((frame) => sizesOf(frame, frame))).length;
      if (!onlyTableGone) expect(found, `cut at ${length}`).not.toEqual([]);
    }
  });

  it.each(archives)('$name with any bit flipped is noticed', async ({ bytes }) => {
    const before = JSON.stringify((await surveyBytes(bytes)).entries);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), async (bit) => {
        const other = Buffer.from(bytes);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const after = await surveyBytes(other).catch(() => undefined);
        if (after === undefined || after.container.problems.length > 0) return;
        // Or a digest, a name or a size changed, which the checksums of the package tell.
        expect(JSON.stringify(after.entries)).not.toBe(before);
      }),
      { numRuns: 250 },
    );
  });

  it('gives the same result however the stream is cut, sound or not', async () => {
    const damagedTar = Buffer.from(soundTar);
    damagedTar[72_300] = 0xff;
    const cases = [
      ...archives.map(({ bytes }) => bytes),
      checkedFrame(damagedTar),
      Buffer.concat([
        frames[0] ?? soundTar,
        checkedFrame(damagedTar.subarray(1536)),
        frames[2] ?? soundTar,
      ]),
      ours.subarray(0, -40),
      Buffer.concat([ours, Buffer.from('junk')]),
      unsizedFrame(tarOf(tarFile('big', noiseBytes(17 * 2 ** 20)), Buffer.alloc(512, 1))),
    ];
    for (const bytes of cases) {
      const whole = await surveyBytes(bytes);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 }),
          async (cuts) => {
            expect(isDeepStrictEqual(await surveyBytes([...cutAt(bytes, cuts)]), whole)).toBe(true);
          },
        ),
        { numRuns: bytes.length > 2 ** 20 ? 4 : 25 },
      );
    }
  });
});

/** The same bytes, in pieces that end where a list says. */
function* cutAt(bytes: Uint8Array, cuts: readonly number[]): Generator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}
