/**
 * The same bytes in pieces of at least `minBytes`, the last one excepted. Small pieces, as networks
 * give them, cost a system call and a change of threads each.
 */
export async function* inBatches(
  bytes: AsyncIterable<Uint8Array>,
  minBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    if (chunk.byteLength === 0) continue;
    held.push(chunk);
    size += chunk.byteLength;
    if (size < minBytes) continue;
    yield joined(held, size);
    held = [];
    size = 0;
  }
  if (size > 0) yield joined(held, size);
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, size);
}
