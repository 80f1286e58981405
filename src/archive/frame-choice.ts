/** Starts of formats that are compressed already: trying again costs time and saves nothing. */
const packedMagics: readonly (readonly number[])[] = [
  [0x1f, 0x8b], // gzip
  [0x28, 0xb5, 0x2f, 0xfd], // zstd
  [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], // xz
  [0x50, 0x4b, 0x03, 0x04], // zip
  [0x04, 0x22, 0x4d, 0x18], // lz4
  [0x42, 0x5a, 0x68], // bzip2
];

/** True when content that starts like this is stored without trying to compress it. */
export function isPacked(head: Uint8Array): boolean {
  return packedMagics.some((magic) => magic.every((byte, index) => head[index] === byte));
}

const sampleBytes = 32 * 2 ** 10;
const samples = 3;

/**
 * True when a compressor is worth trying on this chunk: in three samples some bytes are commoner than
 * others, or groups of bytes come again. Counted in integers and without any encoder, so that the
 * answer is the same everywhere and for ever.
 */
export function looksCompressible(chunk: Pick<Uint8Array, 'length' | 'subarray'>): boolean {
  if (chunk.length <= samples * sampleBytes) {
    const all = chunk.subarray(0, chunk.length);
    return isUneven(all) || repeats(all);
  }
  const last = chunk.length - sampleBytes;
  for (let index = 0; index < samples; index++) {
    const at = Math.floor((last * index) / (samples - 1));
    const sample = chunk.subarray(at, at + sampleBytes);
    if (isUneven(sample) || repeats(sample)) return true;
  }
  return false;
}

/** Keep the compressed form only where it saves at least three per cent. */
export function worthKeeping(contentBytes: number, encodedBytes: number): boolean {
  return encodedBytes * 100 <= contentBytes * 97;
}

/** Sum of squared counts against what evenly spread bytes give: about 7.9 bits of collision entropy. */
function isUneven(bytes: Uint8Array): boolean {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let squares = 0;
  for (const count of counts) squares += count * count;
  return squares * 238 > bytes.length * (bytes.length + 238);
}

/** True when four-byte groups come again often: packed data with long repeats has full entropy and still shrinks. */
function repeats(bytes: Uint8Array): boolean {
  const seen = new Int32Array(4096).fill(-1);
  let hits = 0;
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const group =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24);
    const slot = Math.imul(group, 0x9e3779b1) >>> 20;
    if (seen[slot] === group) hits++;
    seen[slot] = group;
  }
  return hits * 50 > bytes.length / 4;
}
