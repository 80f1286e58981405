import { createCipheriv, createHash } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import { tarEnd, tarHeader, tarPaddingBytes } from '../../src/archive/tar-writer.ts';

/** One file as our writer puts it into a tar. */
export function tarFile(name: string, content: Uint8Array | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([
    tarHeader({ type: 'file', name, mode: 0o644, size: bytes.length }),
    bytes,
    Buffer.alloc(tarPaddingBytes(bytes.length)),
  ]);
}

/** A header of any spelling, for what our writer refuses to write. */
export function rawHeader(name: string, flag: string, size = 0, link = ''): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 'latin1');
  block.write('0000644\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write(flag, 156, 'latin1');
  block.write(link, 157);
  block.write('ustar\x0000', 257);
  return sealed(block);
}

/** The same block with its checksum made right. */
function sealed(block: Buffer): Buffer {
  block.fill(' ', 148, 156);
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return block;
}

/** A header block with some bytes replaced, its checksum made right again. */
export function patchedHeader(
  block: Uint8Array,
  changes: Readonly<Record<number, string | Uint8Array>>,
): Buffer {
  const copy = Buffer.from(block);
  for (const [at, bytes] of Object.entries(changes))
    Buffer.from(bytes as string, 'latin1').copy(copy, Number(at));
  return sealed(copy);
}

/** Text with the padding of a tar content. */
export function padded(text: string | Uint8Array): Buffer {
  const bytes = Buffer.from(text as string);
  return Buffer.concat([bytes, Buffer.alloc(tarPaddingBytes(bytes.length))]);
}

/** A PAX header with these records as they are. */
export function paxHeader(records: string, flag = 'x'): Buffer {
  return Buffer.concat([rawHeader('x', flag, Buffer.byteLength(records)), padded(records)]);
}

/** A PAX record with its length. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

/** A tar of these parts, ended as it should. */
export function tarOf(...parts: Uint8Array[]): Buffer {
  return Buffer.concat([...parts, tarEnd()]);
}

/** One frame with content size and checksum. */
export function checkedFrame(bytes: Uint8Array): Buffer {
  return zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_contentSizeFlag]: 1 },
    pledgedSrcSize: bytes.length,
  });
}

/** One frame without content size. */
export function unsizedFrame(bytes: Uint8Array): Buffer {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } });
}

/** A skippable frame. */
export function skippableFrame(payload: Uint8Array, magic = 0x184d2a50): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

/** Bytes that do not shrink, the same for the same seed. */
export function noiseBytes(length: number, seed = 1): Buffer {
  const key = createHash('sha256').update(String(seed)).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}
