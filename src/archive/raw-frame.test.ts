import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noise } from '../../test/support/sample-package.ts';
import {
  encodeRawFrame,
  fillRawFrame,
  gatherRawContent,
  maxBlockBytes,
  maxFrameContentBytes,
  rawContent,
  rawFrameBytes,
  sealRawFrame,
  spreadRawContent,
} from './raw-frame.ts';

describe('frames of stored content', () => {
  it.each([
    0,
    1,
    255,
    maxBlockBytes - 1,
    maxBlockBytes,
    maxBlockBytes + 1,
    3 * maxBlockBytes,
    maxFrameContentBytes,
  ])('of %i bytes decode to them and are as long as announced', (size) => {
    const content = noise(size);
    const frame = encodeRawFrame(content);
    expect(frame.length).toBe(rawFrameBytes(size));
    expect(zstdDecompressSync(frame).equals(content)).toBe(true);
  });

  it('are the same however the content came, and whatever was in the memory before', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 6 }), (sizes) => {
        const content = noise(sizes.reduce((sum, size) => sum + size, 0));
        const memory = new Uint8Array(rawFrameBytes(content.length) + 100).fill(0xa5);
        let at = 0;
        for (const size of sizes) {
          fillRawFrame(memory, at, content.subarray(at, at + size));
          at += size;
        }
        expect(Buffer.compare(sealRawFrame(memory, content.length), encodeRawFrame(content))).toBe(
          0,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('let their content be moved together for an encoder, and back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 * maxBlockBytes + 1 }),
        fc.nat(),
        fc.nat(),
        (size, one, other) => {
          const content = noise(size);
          const memory = new Uint8Array(rawFrameBytes(size));
          fillRawFrame(memory, 0, content);
          const [from, to] = [one % (size + 1), other % (size + 1)].sort((a, b) => a - b);
          const part = Buffer.concat([...rawContent(memory, from ?? 0, to ?? 0)]);
          expect(part.equals(content.subarray(from, to))).toBe(true);
          expect(Buffer.compare(gatherRawContent(memory, size), content)).toBe(0);
          spreadRawContent(memory, size);
          expect(Buffer.compare(sealRawFrame(memory, size), encodeRawFrame(content))).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('hold at most 8 MiB', () => {
    expect(() => sealRawFrame(new Uint8Array(20), maxFrameContentBytes + 1)).toThrow(RangeError);
  });
});
