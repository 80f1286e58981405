import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ChunkSource } from './chunk-source.ts';
import { compressionOf, decompressed } from './compressed-input.ts';
import { inThreadCompute } from './compute-in-thread.ts';
import { defaultReadLimits } from './read-limits.ts';

const plain = Buffer.concat([randomBytes(3_000_000), Buffer.alloc(2_000_000, 'x')]);

/** Chunks of memory that is overwritten when it is given back. */
function lent(content: Uint8Array, bytes: number): ChunkSource {
  return {
    async *[Symbol.asyncIterator]() {
      for (let at = 0; at < content.length; at += bytes)
        yield Uint8Array.from(content.subarray(at, at + bytes));
    },
    recycle: (chunk) => void chunk.fill(0xee),
  };
}

async function read(
  content: ChunkSource,
  options: { maxExpansion?: number; passing?: boolean } = {},
): Promise<Buffer> {
  const limits = { ...defaultReadLimits, ...options };
  const pieces: Buffer[] = [];
  for await (const piece of decompressed(content, limits, inThreadCompute(), options))
    pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe('decompressed', () => {
  const packings = [
    { name: 'gzip', packed: gzipSync(plain) },
    { name: 'zstd', packed: zstdCompressSync(plain) },
    { name: 'none', packed: plain },
  ] as const;

  for (const { name, packed } of packings)
    for (const passing of [false, true])
      it(`gives back what ${name} holds from lent chunks${passing ? ', its pieces passing' : ''}`, async () => {
        expect(compressionOf(packed)).toBe(name);
        for (const bytes of [1000, 65_537, 2 ** 22])
          expect((await read(lent(packed, bytes), { passing })).equals(plain)).toBe(true);
      });

  it('keeps its pieces whole for readers that collect them', async () => {
    const pieces = await Array.fromAsync(
      decompressed(lent(gzipSync(plain), 2 ** 20), defaultReadLimits, inThreadCompute()),
    );
    expect(Buffer.concat(pieces).equals(plain)).toBe(true);
  });

  it('leaves nothing behind of pieces that pass', async () => {
    const pieces: Uint8Array[] = [];
    const content = lent(gzipSync(plain), 2 ** 20);
    for await (const piece of decompressed(content, defaultReadLimits, inThreadCompute(), {
      passing: true,
    }))
      pieces.push(piece);
    expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(plain.length / 2);
  });

  it.each([
    ['cut short', gzipSync(plain).subarray(0, 1_000_000)],
    ['changed', Buffer.from(gzipSync(plain)).fill(0, 5000, 6000)],
  ])('refuses gzip that is %s', async (_, packed) => {
    await expect(read(lent(packed, 65_536))).rejects.toMatchObject({
      code: 'ARCHIVE_UNRECOGNISED',
    });
  });

  it('ends where more comes out than the limit says', async () => {
    await expect(
      read(lent(gzipSync(Buffer.alloc(80 * 2 ** 20)), 65_536), { maxExpansion: 10 }),
    ).rejects.toMatchObject({ code: 'LIMIT_EXPANSION' });
  });

  it('reports what the source failed with', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield gzipSync(plain).subarray(0, 100_000);
      throw new RangeError('the disc is gone');
    }
    await expect(read(failing())).rejects.toThrow('the disc is gone');
  });

  it('stops its source when the reader stops', async () => {
    let stopped = false;
    async function* watched(): AsyncGenerator<Uint8Array> {
      try {
        yield* lent(gzipSync(plain), 100_000);
      } finally {
        stopped = true;
      }
    }
    for await (const _ of decompressed(watched(), defaultReadLimits, inThreadCompute())) break;
    expect(stopped).toBe(true);
  });
});
