import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { noise, prose } from '../../test/support/sample-package.ts';
import { encodeRawFrame } from './raw-frame.ts';
import { requireFrames } from './walk-frame.ts';

const raw = encodeRawFrame(noise(300_000));
const packed = zstdCompressSync(prose(300_000));
const summed = zstdCompressSync(prose(300_000), { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const zeros = zstdCompressSync(Buffer.alloc(300_000));
const unsized = zstdCompressSync(prose(300_000), {
  params: { [constants.ZSTD_c_contentSizeFlag]: 0 },
});
const all = [raw, packed, summed, zeros, unsized];
const expected = all.map(({ length }) => ({ size: length, contentSize: 300_000 }));

describe('requireFrames', () => {
  it('takes frames of every kind that are where and what the table says', () => {
    requireFrames(Buffer.concat(all), expected, 0);
  });

  it.each(expected.map((_, index) => index))(
    'refuses frame %i one byte longer or shorter: ZSTD_SEEK_TABLE',
    (index) => {
      for (const more of [1, -1]) {
        const lying = expected.map((frame, at) =>
          at === index ? { ...frame, size: frame.size + more } : frame,
        );
        expect(() => requireFrames(Buffer.concat([...all, Buffer.alloc(1)]), lying, 0)).toThrow(
          expect.objectContaining({ code: 'ZSTD_SEEK_TABLE' }),
        );
      }
    },
  );

  it.each([0, 1, 2, 3])(
    'refuses another size of the content of frame %i: ZSTD_SEEK_TABLE',
    (index) => {
      const lying = expected.map((frame, at) =>
        at === index ? { ...frame, contentSize: 299_999 } : frame,
      );
      expect(() => requireFrames(Buffer.concat(all), lying, 0)).toThrow(
        expect.objectContaining({ code: 'ZSTD_SEEK_TABLE' }),
      );
    },
  );

  it.each([
    { what: 'a skippable frame', bytes: Buffer.from('502a4d180400000000000000', 'hex') },
    { what: 'text', bytes: Buffer.from('hello hello hello') },
    {
      what: 'a frame that wants a dictionary',
      bytes: Buffer.concat([raw.subarray(0, 4), Buffer.from([0xa1]), raw.subarray(5)]),
    },
  ])('refuses $what', ({ bytes }) => {
    const table = [{ size: bytes.length, contentSize: 300_000 }];
    expect(() => requireFrames(bytes, table, 0)).toThrow(
      expect.objectContaining({ code: 'ZSTD_SEEK_TABLE' }),
    );
  });

  it('refuses bytes that end before: ZSTD_TRUNCATED', () => {
    expect(() => requireFrames(raw.subarray(0, 100), expected.slice(0, 1), 0)).toThrow(
      expect.objectContaining({ code: 'ZSTD_TRUNCATED' }),
    );
  });
});
