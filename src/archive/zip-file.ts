import { crc32, createInflateRaw } from 'node:zlib';
import { ContainerFault } from './container-fault.ts';

/** One file of a zip, as its directory at the end tells of it. */
export interface ZipEntry {
  readonly name: string;
  /** Permission bits; 0 where the writer kept none. */
  readonly mode: number;
  readonly kind: 'file' | 'directory' | 'other';
  /** Bytes, unpacked. */
  readonly size: number;
  readonly packedSize: number;
  readonly crc: number;
  readonly method: 'stored' | 'deflate' | undefined;
  readonly encrypted: boolean;
  /** Where its local header begins. */
  readonly offset: number;
}

/** The directory has to lie in so many bytes at the end. */
export const zipTailBytes = 16 * 2 ** 20;
const maxExpansion = 1032;
const endBytes = 22;

/**
 * Lists a zip by its directory, which is what readers go by.
 * @param tail its last bytes, at most `zipTailBytes`
 * @param size of the whole file
 * @throws ContainerFault ARCHIVE_UNRECOGNISED: no sound directory at its very end, or one that only ZIP64 reads
 * @see APPNOTE.TXT 6.3.10, 4.3
 */
export function zipEntries(tail: Uint8Array, size: number): readonly ZipEntry[] {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  const end = endOfDirectory(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const length = bytes.readUInt32LE(end + 12);
  const begin = bytes.readUInt32LE(end + 16) - (size - bytes.length);
  if (count === 0xffff || begin + (size - bytes.length) === 0xffffffff)
    throw damaged('is one that only ZIP64 readers read');
  if (begin < 0 || begin + length !== end) throw damaged('has no directory where its end says');
  const entries: ZipEntry[] = [];
  for (let at = begin; at < end; ) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== 0x02014b50)
      throw damaged('has a directory that cannot be read');
    const [nameBytes, extra, comment] = [28, 30, 32].map((where) => bytes.readUInt16LE(at + where));
    const next = at + 46 + (nameBytes ?? 0) + (extra ?? 0) + (comment ?? 0);
    if (next > end) throw damaged('has a directory that cannot be read');
    entries.push(entryAt(bytes, at, bytes.subarray(at + 46, at + 46 + (nameBytes ?? 0))));
    at = next;
  }
  if (entries.length !== count) throw damaged('has another number of files than its end says');
  return entries;
}

function endOfDirectory(bytes: Buffer): number {
  const last = bytes.length - endBytes;
  for (let at = last; at >= Math.max(0, last - 0xffff); at -= 1)
    if (bytes.readUInt32LE(at) === 0x06054b50 && bytes.readUInt16LE(at + 20) === last - at) {
      if (bytes.readUInt32LE(at + 4) !== 0) throw damaged('is one of several parts');
      return at;
    }
  throw damaged('has no directory at its end');
}

function entryAt(bytes: Buffer, at: number, name: Buffer): ZipEntry {
  const flags = bytes.readUInt16LE(at + 8);
  const method = bytes.readUInt16LE(at + 10);
  const attributes = bytes.readUInt16LE(at + 40);
  const isUnix = bytes[at + 5] === 3 || bytes[at + 5] === 19;
  const type = isUnix ? attributes & 0o170000 : 0;
  const [packedSize, size] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24)];
  return {
    name: name.toString('utf8'),
    mode: isUnix ? attributes & 0o777 : 0,
    kind: name.at(-1) === 0x2f ? 'directory' : [0, 0o100000].includes(type) ? 'file' : 'other',
    size,
    packedSize,
    crc: bytes.readUInt32LE(at + 16),
    method: method === 0 ? 'stored' : method === 8 ? 'deflate' : undefined,
    encrypted: (flags & 0x41) !== 0,
    offset: bytes.readUInt32LE(at + 42),
  };
}

/**
 * The content of one file, compared with what the directory says of it.
 * @param content of the whole zip
 * @throws ContainerFault ARCHIVE_UNRECOGNISED, LIMIT_EXPANSION
 */
export async function* zipContent(
  content: AsyncIterable<Uint8Array>,
  entry: ZipEntry,
): AsyncGenerator<Uint8Array> {
  const { method, encrypted, size, packedSize, name } = entry;
  if (encrypted || method === undefined)
    throw damaged(`holds ${name} ${encrypted ? 'encrypted' : 'in a compression of another kind'}`);
  if (size > 2 ** 20 && size > packedSize * maxExpansion)
    throw new ContainerFault(
      'LIMIT_EXPANSION',
      `the zip says that ${packedSize} bytes unpack to ${size}`,
    );
  const packed = packedContent(content, entry);
  const plain = method === 'stored' ? packed : inflated(packed, name);
  let [bytes, crc] = [0, 0];
  for await (const chunk of plain) {
    bytes += chunk.length;
    if (bytes > size) break;
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (bytes !== size || crc !== entry.crc)
    throw damaged(`holds ${name} with other bytes than its directory says`);
}

async function* packedContent(
  content: AsyncIterable<Uint8Array>,
  { offset, packedSize, name }: ZipEntry,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  let head: Buffer = Buffer.alloc(0);
  let begin: number | undefined;
  for await (const chunk of content) {
    const from = at;
    at += chunk.length;
    if (at <= offset) continue;
    if (begin === undefined) {
      head = Buffer.concat([head, chunk.subarray(Math.max(0, offset - from))]);
      if (head.length < 30) continue;
      const [nameBytes, extra] = [head.readUInt16LE(26), head.readUInt16LE(28)];
      if (head.length < 30 + nameBytes) continue;
      const own = head.toString('utf8', 30, 30 + nameBytes);
      if (head.readUInt32LE(0) !== 0x04034b50 || own !== name)
        throw damaged(`calls ${name} otherwise where it lies`);
      begin = offset + 30 + nameBytes + extra;
      const rest = head.subarray(begin - offset, begin - offset + packedSize);
      if (rest.length > 0) yield rest;
    } else {
      const rest = chunk.subarray(Math.max(0, begin - from), begin + packedSize - from);
      if (rest.length > 0) yield rest;
    }
    if (at >= begin + packedSize) return;
  }
  throw damaged(`ends before the end of ${name}`);
}

async function* inflated(
  packed: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw();
  const feeding = (async () => {
    for await (const chunk of packed)
      if (!inflate.destroyed && !inflate.write(chunk))
        await new Promise<void>((go) => inflate.once('drain', go).once('close', go));
    inflate.end();
  })().catch((error: unknown) => {
    inflate.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of inflate) yield chunk;
  } catch (error) {
    throw error instanceof ContainerFault ? error : damaged(`holds ${name}, which does not unpack`);
  } finally {
    inflate.destroy();
    await feeding;
  }
}

function damaged(what: string): ContainerFault {
  return new ContainerFault('ARCHIVE_UNRECOGNISED', `the zip ${what}`);
}
