import { crc32 } from 'node:zlib';

const maxStoredBytes = 0xffff;

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
  let held: Uint8Array = new Uint8Array(0);
  for await (const chunk of content) {
    checksum = crc32(chunk, checksum);
    size += chunk.length;
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    // Blocks of one size whatever the chunks: the same content is the same bytes.
    while (held.length > maxStoredBytes) {
      yield storedBlock(held.subarray(0, maxStoredBytes), false);
      held = held.subarray(maxStoredBytes);
    }
  }
  yield storedBlock(held, true);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum >>> 0, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  yield trailer;
}

function storedBlock(content: Uint8Array, last: boolean): Uint8Array {
  const block = Buffer.alloc(5 + content.length);
  block[0] = last ? 1 : 0;
  block.writeUInt16LE(content.length, 1);
  block.writeUInt16LE(content.length ^ 0xffff, 3);
  block.set(content, 5);
  return block;
}
