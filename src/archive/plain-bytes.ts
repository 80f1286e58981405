/** Pieces as plain bytes: a Buffer would be another thing once it went from thread to thread. */
export function plainBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.concat(pieces);
  return new Uint8Array(buffer, byteOffset, length);
}
