import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodedByUs } from '../support/decoded-by-us.ts';
import { seeded } from '../support/seeded.ts';
import { noiseBytes, skippableFrame } from '../support/tar-bytes.ts';
import { encodedFrame } from '../support/zstd-encoded.ts';
import { formsOf } from '../support/zstd-forms.ts';
import { type MadeFrame, madeFrames, manySequences } from '../support/zstd-made.ts';
import { block, type FrameForm, literalsSection, zstdFrame } from '../support/zstd-parts.ts';

const numbers = seeded(1);
const frames: MadeFrame[] = [...madeFrames(300), manySequences()];
for (let count = 0; count < 150; count++) frames.push(await encodedFrame(numbers));

/** Everything that a frame can be made of. @see RFC 8878, 3.1.1 */
const allForms = [
  ...['window', 'single segment', 'checksum', 'no checksum'],
  ...[0, 1, 2, 4, 8].map((bytes) => `size in ${bytes} bytes`),
  ...['raw', 'rle', 'compressed'].map((type) => `block ${type}`),
  ...['raw', 'rle', 'compressed', 'treeless'].map((type) => `literals ${type}`),
  ...['raw', 'rle'].flatMap((type) =>
    [1, 2, 3].map((bytes) => `literals ${type}, header of ${bytes}`),
  ),
  ...['one stream, header of 3', 'four streams, header of 3'].map((form) => `literals in ${form}`),
  ...[4, 5].map((bytes) => `literals in four streams, header of ${bytes}`),
  ...['weights fse', 'weights plain', 'no sequences'],
  ...[1, 2, 3].map((bytes) => `sequences in ${bytes} bytes`),
  ...['literal lengths', 'offsets', 'match lengths'].flatMap((table) =>
    ['predefined', 'rle', 'fse', 'repeat'].map((mode) => `${table} ${mode}`),
  ),
];

describe('every legal form of a zstd frame', () => {
  it('is among the frames of this test', () => {
    const seen = new Set(frames.flatMap(({ bytes }) => formsOf(bytes)));
    expect(allForms.filter((form) => !seen.has(form))).toEqual([]);
  });

  it('decodes to what it was made from', async () => {
    for (const { name, bytes, content } of frames) {
      const seen = await decodedByUs(bytes);
      expect(typeof seen === 'string' ? seen : content.equals(seen), name).toBe(true);
    }
  });

  it('decodes one behind another, with empty and skippable frames of all sixteen kinds between', async () => {
    const parts = frames.slice(0, 64);
    const empty = zstdFrame(
      { window: 0, sizeBytes: 0, checksum: true },
      [block(0, 0, Buffer.alloc(0), true)],
      Buffer.alloc(0),
    );
    const chain = parts.flatMap(({ bytes }, index) => [
      skippableFrame(noiseBytes(index % 7, index), 0x184d2a50 + (index % 16)),
      bytes,
      ...(index % 5 === 0 ? [empty] : []),
    ]);
    const whole = Buffer.concat(parts.map(({ content }) => content));
    expect(whole.equals(Buffer.from(await decodedByUs(Buffer.concat(chain))))).toBe(true);
  });
});

const content = Buffer.from('sound content of a frame');
const raw = (body: Uint8Array, last = true): Buffer => block(0, body.length, body, last);
const usual: FrameForm = { window: 0x38, sizeBytes: 4, checksum: true };
const sound = zstdFrame(usual, [raw(content)], content);
const compressed = (body: Uint8Array): Buffer =>
  zstdFrame(usual, [block(2, body.length, body, true)], content);
const withBits = (bits: number): Buffer => {
  const copy = Buffer.from(sound);
  copy[4] = (copy[4] ?? 0) | bits;
  return copy;
};
const cutAt = (at: number): Buffer => sound.subarray(0, at);

describe('illegal forms of a zstd frame are refused', () => {
  it('of a sound frame that differs in nothing else', async () => {
    expect(content.equals(Buffer.from(await decodedByUs(sound)))).toBe(true);
  });

  it.each<readonly [string, string, Uint8Array]>([
    ['the reserved bit', 'ZSTD_FRAME_INVALID', withBits(8)],
    ['the unused bit', 'ZSTD_FRAME_INVALID', withBits(16)],
    [
      'a dictionary',
      'ZSTD_DICTIONARY',
      Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x05, 0x38, 9]), sound.subarray(10)]),
    ],
    [
      'the reserved block type',
      'ZSTD_FRAME_INVALID',
      zstdFrame(usual, [block(3, 0, Buffer.alloc(0), true)], Buffer.alloc(0)),
    ],
    [
      'a block of more than 128 KiB',
      'ZSTD_FRAME_INVALID',
      zstdFrame(usual, [raw(Buffer.alloc(131_073))], Buffer.alloc(131_073)),
    ],
    [
      'a repeated block of more than 128 KiB',
      'ZSTD_FRAME_INVALID',
      zstdFrame(usual, [block(1, 131_073, Buffer.alloc(1), true)], Buffer.alloc(131_073)),
    ],
    [
      'a block larger than the window',
      'ZSTD_FRAME_INVALID',
      zstdFrame({ ...usual, window: 0 }, [raw(Buffer.alloc(1025))], Buffer.alloc(1025)),
    ],
    [
      'a block larger than a single segment',
      'ZSTD_FRAME_INVALID',
      zstdFrame({ sizeBytes: 1, checksum: false, contentSize: 3 }, [raw(content)], content),
    ],
    [
      'a window above the limit',
      'ZSTD_WINDOW_LIMIT',
      zstdFrame({ ...usual, window: 0x99 }, [raw(content)], content),
    ],
    [
      'a single segment above the limit',
      'ZSTD_WINDOW_LIMIT',
      zstdFrame(
        { sizeBytes: 8, checksum: false, contentSize: 2 ** 29 + 1 },
        [raw(content)],
        content,
      ),
    ],
    [
      'a content size beyond all numbers',
      'ZSTD_WINDOW_LIMIT',
      zstdFrame({ sizeBytes: 8, checksum: false, contentSize: 2 ** 63 }, [raw(content)], content),
    ],
    [
      'a content size too high',
      'ZSTD_CONTENT_SIZE',
      zstdFrame({ ...usual, checksum: false, contentSize: 25 }, [raw(content)], content),
    ],
    [
      'a content size too low',
      'ZSTD_CONTENT_SIZE',
      zstdFrame({ ...usual, checksum: false, contentSize: 23 }, [raw(content)], content),
    ],
    [
      'a wrong checksum',
      'ZSTD_CHECKSUM',
      zstdFrame(usual, [raw(content)], Buffer.from('sound content of a fr4me')),
    ],
    ['a compressed block of nothing', 'ZSTD_DATA_INVALID', compressed(Buffer.alloc(0))],
    ['a compressed block of noise', 'ZSTD_DATA_INVALID', compressed(noiseBytes(400))],
    [
      'literals that are treeless without a tree before',
      'ZSTD_DATA_INVALID',
      compressed(Buffer.from([0x03 | (5 << 4), 0x40, 0x01, 1, 2, 3, 4, 5, 0])),
    ],
    [
      'tables repeated without tables before',
      'ZSTD_DATA_INVALID',
      compressed(Buffer.concat([literalsSection(0, content, 1), Buffer.from([1, 0xfc, 1])])),
    ],
    [
      'bytes behind the sequences',
      'ZSTD_DATA_INVALID',
      compressed(Buffer.concat([literalsSection(0, content, 1), Buffer.from([0, 0])])),
    ],
    ...Array.from({ length: sound.length - 1 }, (_, at): [string, string, Uint8Array] => [
      `an end behind ${at + 1} bytes`,
      at < 3 ? 'ZSTD_TRAILING_BYTES' : 'ZSTD_TRUNCATED',
      cutAt(at + 1),
    ]),
    ['a byte behind', 'ZSTD_TRAILING_BYTES', Buffer.concat([sound, Buffer.from('x')])],
    ['zeros behind', 'ZSTD_TRAILING_BYTES', Buffer.concat([sound, Buffer.alloc(512)])],
    [
      'a frame of the old kinds behind',
      'ZSTD_TRAILING_BYTES',
      Buffer.concat([sound, Buffer.from([0x27, 0xb5, 0x2f, 0xfd]), Buffer.alloc(9)]),
    ],
    [
      'a frame without magic behind',
      'ZSTD_TRAILING_BYTES',
      Buffer.concat([sound, sound.subarray(4)]),
    ],
    [
      'a skippable frame that says it is longer',
      'ZSTD_TRUNCATED',
      Buffer.concat([sound, skippableFrame(content).subarray(0, -1)]),
    ],
  ])('%s: %s', async (_name, code, bytes) => {
    expect(await decodedByUs(bytes)).toBe(code);
  });
});

describe('our walk over the headers and the decoder', () => {
  const small = frames.filter(({ bytes }) => bytes.length < 20_000);
  it('never disagree: what we accept of damaged frames, the decoder by itself gives too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(small.length - 1),
        fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.boolean(),
        async (which, changes, early) => {
          const bytes = Buffer.from(small[which]?.bytes ?? sound);
          // Early bytes are headers; the rest of the changes fall anywhere.
          for (const [at, value] of changes)
            bytes[early ? at % bytes.length : (at * 7919) % bytes.length] = value;
          const seen = await decodedByUs(bytes);
          if (typeof seen === 'string') return;
          expect(seen.equals(zstdDecompressSync(bytes))).toBe(true);
        },
      ),
      { numRuns: 1500, seed: 11 },
    );
  });
});
