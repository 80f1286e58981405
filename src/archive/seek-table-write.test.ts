import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultReadLimits } from './read-limits.ts';
import { readSeekTable } from './seek-table-read.ts';
import { renderSeekTable } from './seek-table-write.ts';

describe('renderSeekTable', () => {
  it('writes the table of the format, to the byte', () => {
    const table = renderSeekTable([{ size: 0x0102, contentSize: 0x030405 }]);
    expect(Buffer.from(table).toString('hex')).toBe(
      '5e2a4d181100000002010000050403000100000000b1ea928f',
    );
  });

  it('is read back as it was, behind that many bytes of frames', async () => {
    const frame = fc.record({
      size: fc.integer({ min: 1, max: 2000 }),
      contentSize: fc.nat(2 ** 31),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 20 }), async (frames) => {
        const body = Buffer.alloc(frames.reduce((sum, { size }) => sum + size, 0));
        const bytes = Buffer.concat([body, renderSeekTable(frames)]);
        const archive = {
          size: bytes.length,
          read: async (offset: number, length: number) =>
            Uint8Array.from(bytes.subarray(offset, offset + length)),
        };
        expect(await readSeekTable(archive, defaultReadLimits)).toEqual(frames);
      }),
    );
  });
});
