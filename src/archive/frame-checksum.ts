import { constants, zstdCompressSync } from 'node:zlib';

const checksumFlag = 4;
const checksumBytes = 4;
const descriptorAt = 4;

/**
 * The same frame with a checksum of its content behind it. What lies in small files is not all
 * covered by the digests of a package (its definition and its signature are not), so that damage
 * there would otherwise go unseen where no key is given.
 * @see RFC 8878 3.1.1, Content_Checksum
 */
export function withContentChecksum(frame: Uint8Array, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(frame.length + checksumBytes);
  bytes.set(frame);
  bytes[descriptorAt] = (bytes[descriptorAt] ?? 0) | checksumFlag;
  bytes.set(contentChecksum(content), frame.length);
  return bytes;
}

/** Four bytes that depend on the content alone; any encoder puts them at the end of its frame. */
function contentChecksum(content: Uint8Array): Uint8Array {
  const params = {
    [constants.ZSTD_c_checksumFlag]: 1,
    [constants.ZSTD_c_compressionLevel]: -7,
  };
  return zstdCompressSync(content, { params }).subarray(-checksumBytes);
}
