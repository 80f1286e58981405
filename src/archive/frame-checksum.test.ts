import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentChecksum } from '../../test/support/zstd-parts.ts';
import { withContentChecksum } from './frame-checksum.ts';
import { encodeFrameNow } from './frame-codec.ts';
import { frameLevel } from './frame-plan.ts';
import { encodeRawFrame } from './raw-frame.ts';

const content = Buffer.from('files that are small\n'.repeat(300));

describe('withContentChecksum', () => {
  it('puts XXH64 of the content behind a stored frame', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
        const frame = withContentChecksum(encodeRawFrame(bytes), bytes);
        expect(Buffer.from(frame.subarray(-4))).toEqual(contentChecksum(bytes));
        expect(zstdDecompressSync(frame).equals(bytes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['stored', async () => encodeRawFrame(content)],
    ['compressed', () => encodeFrameNow(content, frameLevel)],
  ])('makes damage in a %s frame known', async (_kind, encode) => {
    const frame = withContentChecksum(await encode(), content);
    expect(zstdDecompressSync(frame).equals(content)).toBe(true);
    for (const at of [20, frame.length >> 1, frame.length - 1]) {
      const damaged = Buffer.from(frame);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(() => zstdDecompressSync(damaged)).toThrow();
    }
  });
});
