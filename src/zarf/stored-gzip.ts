import { crc32 } from 'node:zlib';
import { storedBlocks } from '../support/stored-blocks.ts';

/**
 * A gzip member that stores its content uncompressed. Bytes from a compressor change with its version
 * and so would every digest above them; these never do. The archive around it compresses anyway.
 * @see RFC 1951 3.2.4, RFC 1952 2.3
 */
export async function* storedGzip(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // No flags, no time, no extra flags, operating system "unknown".
  yield Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
  let checksum = 0;
  let size = 0;
  yield* storedBlocks(content, (chunk) => {
    checksum = crc32(chunk, checksum);
    size += chunk.length;
  });
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum >>> 0, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  yield trailer;
}
