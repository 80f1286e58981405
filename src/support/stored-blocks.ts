const maxStoredBytes = 0xffff;

/**
 * Content as DEFLATE data that is not compressed, in blocks of one size whatever its chunks are: the same content is
 * the same bytes, with every version of every compressor.
 * @param seen told of each chunk, once
 * @see RFC 1951 3.2.4
 */
export async function* storedBlocks(
  content: AsyncIterable<Uint8Array>,
  seen: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array = new Uint8Array(0);
  for await (const chunk of content) {
    seen(chunk);
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length > maxStoredBytes) {
      yield storedBlock(held.subarray(0, maxStoredBytes), false);
      held = held.subarray(maxStoredBytes);
    }
  }
  yield storedBlock(held, true);
}

function storedBlock(content: Uint8Array, last: boolean): Uint8Array {
  const block = Buffer.alloc(5 + content.length);
  block[0] = last ? 1 : 0;
  block.writeUInt16LE(content.length, 1);
  block.writeUInt16LE(content.length ^ 0xffff, 3);
  block.set(content, 5);
  return block;
}
