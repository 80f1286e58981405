import type { ByteReader } from './byte-feed.ts';
import { ContainerFault } from './container-fault.ts';
import type { ReadLimits } from './read-limits.ts';
import type { EntryType } from './survey.ts';
import { entryType, readTarHeader } from './tar-header.ts';
import { paxOddities, readPaxRecords } from './tar-pax.ts';

/** One entry; its content must be read to the end before the next one is asked for. */
export interface TarEntry {
  readonly name: string;
  readonly nameIsUtf8: boolean;
  readonly type: EntryType;
  readonly mode: number;
  readonly size: number;
  readonly linkTarget: string | undefined;
  /** What readers differ in, though there is a sound way to read it; no such thing belongs in what is carried. */
  readonly oddities: readonly string[];
  content(): AsyncIterable<Uint8Array>;
}

/** What was counted at the end of the tar. */
export interface TarEnd {
  endBlocks: number;
  /** Headers of all kinds. */
  headers?: number;
}

const maxPaxBytes = 2 ** 20;
/** A megabyte of zeros, more than any writer fills its last record up with. */
const maxEndBlocks = 2048;

/**
 * Reads a tar front to back.
 * @throws ContainerFault TAR_* and LIMIT_*
 */
export async function* readTar(
  feed: ByteReader,
  limits: ReadLimits,
  end: TarEnd,
): AsyncGenerator<TarEntry> {
  let pax: ReadonlyMap<string, Uint8Array> | undefined;
  let longName: Uint8Array | undefined;
  let longLink: Uint8Array | undefined;
  let entries = 0;
  let odd: string[] = [];
  for (;;) {
    const block = await feed.take(512);
    if (block.length === 0) {
      if (pax !== undefined || longName !== undefined || longLink !== undefined || odd.length > 0)
        throw new ContainerFault('TAR_TRUNCATED', 'the tar ends behind an extended header');
      return;
    }
    if (block.length < 512)
      throw new ContainerFault('TAR_TRUNCATED', 'the tar ends inside a block');
    if (block.every((byte) => byte === 0)) {
      if (pax !== undefined || longName !== undefined || longLink !== undefined || odd.length > 0)
        throw new ContainerFault('TAR_HEADER_INVALID', 'an extended header belongs to no entry');
      if (++end.endBlocks > maxEndBlocks)
        throw new ContainerFault(
          'TAR_DATA_AFTER_END',
          `more than ${maxEndBlocks} zero blocks lie behind the end of the tar`,
        );
      continue;
    }
    if (end.endBlocks > 0)
      throw new ContainerFault('TAR_DATA_AFTER_END', 'data lies behind the end of the tar');
    const header = readTarHeader(block);
    end.headers = ++entries;
    if (entries > limits.maxEntries)
      throw new ContainerFault('LIMIT_ENTRIES', `more than ${limits.maxEntries} tar headers`);
    odd.push(...header.oddities);
    if ('xgLK'.includes(header.flag)) {
      const named = header.flag === 'L' || header.flag === 'K';
      const most = named ? limits.maxNameBytes + 1 : maxPaxBytes;
      if (header.size > most)
        throw new ContainerFault(
          named ? 'LIMIT_NAME_BYTES' : 'TAR_PAX_INVALID',
          `an extended header has ${header.size} bytes, at most ${most} are read`,
        );
      if (header.size === 0) odd.push('an extended header before it is empty');
      const body = Uint8Array.from(await whole(feed, header.size));
      await padding(feed, header.size);
      if (
        (header.flag === 'L' && longName !== undefined) ||
        (header.flag === 'K' && longLink !== undefined)
      ) {
        throw new ContainerFault('TAR_HEADER_INVALID', 'two long names before one entry');
      }
      if (header.flag === 'L') longName = untilNul(body);
      else if (header.flag === 'K') longLink = untilNul(body);
      else if (header.flag === 'x') {
        if (pax !== undefined)
          throw new ContainerFault('TAR_PAX_INVALID', 'two PAX headers before one entry');
        pax = readPaxRecords(body);
      } else {
        const other = [...readPaxRecords(body).keys()].find((key) => key !== 'comment');
        if (other !== undefined)
          throw new ContainerFault('TAR_PAX_INVALID', `a global PAX header sets "${other}"`);
        odd.push('a global header lies before it, which some readers take for an entry');
      }
      continue;
    }
    const nameBytes = pax?.get('path') ?? longName ?? header.name;
    const name = utf8(nameBytes);
    // Which of the two wins differs from reader to reader.
    for (const [record, gnu] of [
      ['path', longName],
      ['linkpath', longLink],
    ] as const) {
      const own = pax?.get(record);
      if (own !== undefined && gnu !== undefined && !Buffer.from(own).equals(gnu)) {
        throw new ContainerFault(
          'TAR_PAX_CONFLICT',
          `an entry has one ${record} by PAX and another as a long name`,
          name.text,
        );
      }
    }
    if (nameBytes.length > limits.maxNameBytes)
      throw new ContainerFault(
        'LIMIT_NAME_BYTES',
        `an entry name of ${nameBytes.length} bytes, at most ${limits.maxNameBytes} are read`,
      );
    const type =
      pax !== undefined && [...pax.keys()].some((key) => key.startsWith('GNU.sparse.'))
        ? 'sparse'
        : entryType(header.flag);
    const size = paxSize(pax, header.size, name.text);
    const linkBytes = pax?.get('linkpath') ?? longLink ?? header.link;
    if (linkBytes.length > limits.maxNameBytes)
      throw new ContainerFault(
        'LIMIT_NAME_BYTES',
        `a link target of ${linkBytes.length} bytes, at most ${limits.maxNameBytes} are read`,
        name.text,
      );
    const oddities = pax === undefined ? odd : [...odd, ...paxOddities(pax)];
    pax = undefined;
    longName = undefined;
    longLink = undefined;
    odd = [];
    if (size > limits.maxEntryBytes)
      throw new ContainerFault(
        'LIMIT_ENTRY_BYTES',
        `"${name.text}" has ${size} bytes, at most ${limits.maxEntryBytes} are read`,
        name.text,
      );
    if (size > 0 && type !== 'file' && type !== 'sparse' && type !== 'unknown')
      throw new ContainerFault(
        'TAR_HEADER_INVALID',
        `"${name.text}" is no file and has content`,
        name.text,
      );
    const linkTarget = linkBytes.length > 0 ? utf8(linkBytes).text : undefined;
    yield {
      name: name.text,
      nameIsUtf8: name.sound,
      type,
      mode: header.mode,
      size,
      linkTarget,
      oddities,
      content: () => content(feed, size, name.text),
    };
  }
}

async function* content(feed: ByteReader, size: number, name: string): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; ) {
    const piece = await feed.some(left);
    if (piece === undefined)
      throw new ContainerFault('TAR_TRUNCATED', `the tar ends inside "${name}"`, name);
    left -= piece.length;
    yield piece;
  }
  await padding(feed, size);
}

async function whole(feed: ByteReader, length: number): Promise<Uint8Array> {
  const bytes = await feed.take(length);
  if (bytes.length < length)
    throw new ContainerFault('TAR_TRUNCATED', 'the tar ends inside an extended header');
  return bytes;
}

async function padding(feed: ByteReader, size: number): Promise<void> {
  const bytes = await whole(feed, (512 - (size % 512)) % 512);
  if (bytes.some((byte) => byte !== 0))
    throw new ContainerFault('TAR_HEADER_INVALID', 'the padding behind a content is not zero');
}

function paxSize(
  pax: ReadonlyMap<string, Uint8Array> | undefined,
  stated: number,
  name: string,
): number {
  const record = pax?.get('size');
  if (record === undefined) return stated;
  const text = Buffer.from(record).toString('latin1');
  const size = Number(text);
  if (!/^(0|[1-9][0-9]*)$/.test(text) || !Number.isSafeInteger(size))
    throw new ContainerFault('TAR_PAX_INVALID', `the PAX size of "${name}" is no number`, name);
  if (stated !== 0 && stated !== size)
    throw new ContainerFault(
      'TAR_PAX_CONFLICT',
      `"${name}" has ${stated} bytes by its header and ${size} by PAX`,
      name,
    );
  return size;
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function utf8(bytes: Uint8Array): { readonly text: string; readonly sound: boolean } {
  const text = Buffer.from(bytes).toString('utf8');
  return { text, sound: Buffer.from(text, 'utf8').equals(bytes) };
}
