import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib';
import type { Seeded } from './seeded.ts';
import { noiseBytes } from './tar-bytes.ts';
import type { MadeFrame } from './zstd-made.ts';

/** Contents that make an encoder choose differently. */
export function contents(numbers: Seeded): Buffer {
  const size = numbers.oneOf([
    0, 1, 2, 255, 256, 257, 1000, 5000, 65_791, 65_792, 131_072, 131_073, 400_000,
  ]);
  const seed = numbers.below(1000);
  const noise = noiseBytes(size, seed);
  switch (numbers.below(7)) {
    case 0:
      return noise;
    case 1:
      return Buffer.alloc(size, seed & 255);
    case 2: // few letters, unevenly: little but literals
      return Buffer.from(noise.map((byte) => 64 + ((byte * byte) >> 9)));
    case 3: // text that comes again
      return Buffer.from(`${seed} lines of a text that shrinks\n`.repeat(1 + size / 20)).subarray(
        0,
        size,
      );
    case 4: // numbers that grow
      return Buffer.from(noise.map((byte, at) => (at % 4 === 0 ? byte : (at >> 8) & 255)));
    case 5: // two bytes only, the least ones
      return Buffer.from(noise.map((byte) => (byte > 60 ? 0 : byte & 1)));
    default: // noise, and the same noise again
      return Buffer.concat([noise.subarray(0, size / 2), noise.subarray(0, size - (size >> 1))]);
  }
}

/** One frame of the encoder, in one of its many ways. */
export async function encodedFrame(numbers: Seeded): Promise<MadeFrame> {
  const content = contents(numbers);
  const sized = numbers.below(2);
  const params = {
    [constants.ZSTD_c_compressionLevel]: numbers.below(16) - 3,
    [constants.ZSTD_c_checksumFlag]: numbers.below(2),
    [constants.ZSTD_c_contentSizeFlag]: sized,
    ...(numbers.below(2) === 0 ? { [constants.ZSTD_c_windowLog]: 10 + numbers.below(14) } : {}),
    ...(numbers.below(3) === 0 ? { [constants.ZSTD_c_strategy]: 1 + numbers.below(9) } : {}),
    ...(numbers.below(4) === 0 ? { [constants.ZSTD_c_enableLongDistanceMatching]: 1 } : {}),
    ...(numbers.below(4) === 0 ? { [constants.ZSTD_c_minMatch]: 3 + numbers.below(5) } : {}),
  };
  const pieces = numbers.below(3) === 0 ? 1 + numbers.below(6) : 0;
  const known = sized === 1 && numbers.below(2) === 0;
  const options = { params, ...(known ? { pledgedSrcSize: content.length } : {}) };
  const bytes =
    pieces === 0 ? zstdCompressSync(content, options) : await flushed(content, pieces, options);
  return {
    name: `${content.length} bytes, ${pieces} flushes, ${JSON.stringify(options)}`,
    bytes,
    content,
  };
}

/** Flushed on the way, which makes many small blocks that share tables. */
async function flushed(
  content: Buffer,
  pieces: number,
  options: Parameters<typeof createZstdCompress>[0],
): Promise<Buffer> {
  const encoder = createZstdCompress(options);
  const out: Buffer[] = [];
  encoder.on('data', (chunk: Buffer) => out.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    encoder.on('end', resolve);
    encoder.on('error', reject);
  });
  const step = Math.ceil(content.length / pieces);
  for (let piece = 0; piece < pieces; piece++) {
    encoder.write(content.subarray(piece * step, (piece + 1) * step));
    await new Promise<void>((resolve) => encoder.flush(constants.ZSTD_e_flush, () => resolve()));
  }
  encoder.end();
  await ended;
  return Buffer.concat(out);
}
