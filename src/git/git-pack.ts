import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { storedBlocks } from '../support/stored-blocks.ts';

/** One object of a repository; its content is read once. */
export interface GitObject {
  /** Lower-case hex of the SHA-1. */
  readonly oid: string;
  readonly type: keyof typeof typeCodes;
  /** Bytes of its content. */
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Where an object lies in a pack, for its index. */
export interface PackedObject {
  readonly oid: string;
  readonly crc: number;
  readonly offset: number;
}

/** A pack that was written to its end. */
export interface WrittenPack {
  readonly objects: readonly PackedObject[];
  /** SHA-1 of all before it, with which it ends. */
  readonly checksum: Buffer;
}

const typeCodes = { commit: 1, tree: 2, blob: 3, tag: 4 } as const;
const adlerModulus = 65521;

/**
 * Writes objects as a pack, in the order they come. Nothing is compressed and nothing is told by its difference to
 * another: what a compressor or git makes of it changes with their versions, and every digest above with it. The
 * archive around it compresses.
 * @param done told what was written, once it is
 * @see gitformat-pack(5), RFC 1950, RFC 1951 3.2.4
 */
export async function* packBytes(
  objects: AsyncIterable<GitObject>,
  count: number,
  done: (pack: WrittenPack) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha1');
  const written: PackedObject[] = [];
  let offset = 0;
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(count, 8);
  offset += tell(hash, head);
  yield head;
  for await (const object of objects) {
    const begin = offset;
    let crc = 0;
    for await (const chunk of packedObject(object)) {
      crc = crc32(chunk, crc);
      offset += tell(hash, chunk);
      yield chunk;
    }
    written.push({ oid: object.oid, crc, offset: begin });
  }
  const checksum = hash.digest();
  done({ objects: written, checksum });
  yield checksum;
}

async function* packedObject({ type, size, content }: GitObject): AsyncGenerator<Uint8Array> {
  yield objectHead(typeCodes[type], size);
  // zlib: 32 KiB window, no dictionary; fastest, since nothing is compressed.
  yield Uint8Array.of(0x78, 0x01);
  let [low, high] = [1, 0];
  yield* storedBlocks(content, (chunk) => {
    for (const byte of chunk) {
      low += byte;
      if (low >= adlerModulus) low -= adlerModulus;
      high += low;
      if (high >= adlerModulus) high -= adlerModulus;
    }
  });
  const adler = Buffer.alloc(4);
  adler.writeUInt32BE(high * 65536 + low);
  yield adler;
}

function objectHead(code: number, size: number): Uint8Array {
  const bytes = [code * 16 + (size % 16)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push((bytes.pop() ?? 0) | 0x80, rest % 128);
  }
  return Uint8Array.from(bytes);
}

function tell(hash: Hash, chunk: Uint8Array): number {
  hash.update(chunk);
  return chunk.length;
}

/**
 * The index of a pack, version 2.
 * @see gitformat-pack(5)
 */
export function packIndex({ objects, checksum }: WrittenPack): Uint8Array {
  const sorted = objects.toSorted((a, b) => (a.oid < b.oid ? -1 : 1));
  const count = sorted.length;
  const large = sorted.filter(({ offset }) => offset >= 2 ** 31);
  const index = Buffer.alloc(8 + 256 * 4 + count * 28 + large.length * 8 + 40);
  Buffer.from('ff744f6300000002', 'hex').copy(index);
  const below = new Array<number>(256).fill(0);
  for (const { oid } of sorted) {
    const first = Number.parseInt(oid.slice(0, 2), 16);
    below[first] = (below[first] ?? 0) + 1;
  }
  let sum = 0;
  for (const [at, here] of below.entries()) {
    sum += here;
    index.writeUInt32BE(sum, 8 + at * 4);
  }
  const names = 8 + 256 * 4;
  const [crcs, offsets] = [names + count * 20, names + count * 24];
  const [larges, ends] = [offsets + count * 4, offsets + count * 4 + large.length * 8];
  let farther = 0;
  for (const [at, { oid, crc, offset }] of sorted.entries()) {
    index.write(oid, names + at * 20, 'hex');
    index.writeUInt32BE(crc, crcs + at * 4);
    if (offset < 2 ** 31) index.writeUInt32BE(offset, offsets + at * 4);
    else {
      index.writeUInt32BE(2 ** 31 + farther, offsets + at * 4);
      index.writeBigUInt64BE(BigInt(offset), larges + farther * 8);
      farther += 1;
    }
  }
  checksum.copy(index, ends);
  createHash('sha1')
    .update(index.subarray(0, ends + 20))
    .digest()
    .copy(index, ends + 20);
  return index;
}
