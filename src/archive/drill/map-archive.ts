import { ByteFeed } from '../byte-feed.ts';
import { ChunkLease } from '../chunk-lease.ts';
import type { ChunkSource } from '../chunk-source.ts';
import type { Compute } from '../compute.ts';
import { decodeFrames, FrameWalk } from '../decode-frames.ts';
import type { ReadLimits } from '../read-limits.ts';
import { recognise } from '../recognise.ts';
import type { EntryType } from '../survey.ts';
import { readTar, type TarEnd } from '../tar-reader.ts';

/** Where everything lies in an archive: in the tar, and in the file around it. */
export interface ArchiveMap {
  readonly compressed: boolean;
  /** Bytes of the file. */
  readonly size: number;
  readonly entries: readonly MappedEntry[];
  /** Offset in the tar behind the last entry. */
  readonly entriesEnd: number;
  /** Offset in the file of the last skippable frame that is a seek table; undefined: there is none. */
  readonly seekTable: number | undefined;
}

export interface MappedEntry {
  readonly name: string;
  readonly type: EntryType;
  readonly mode: number;
  /** Offset of its first header in the tar. */
  readonly start: number;
  /** Offset of its content in the tar; the header proper is the block before. */
  readonly content: number;
  /** Bytes of content. */
  readonly size: number;
  /** Offset behind its padding. */
  readonly end: number;
  /** The content of small entries. */
  readonly bytes?: Uint8Array;
}

const maxKeptEntryBytes = 2 ** 20;
const maxKeptBytes = 64 * 2 ** 20;

/**
 * Reads an archive once, to know what can be tampered with where.
 * @throws ContainerFault for what is no sound archive; ArchiveError ARCHIVE_EMPTY, ARCHIVE_UNRECOGNISED
 */
export async function mapArchive(
  chunks: AsyncIterable<Uint8Array>,
  limits: ReadLimits,
  compute: Compute,
): Promise<ArchiveMap> {
  const feed = new ByteFeed(chunks);
  const walk = new FrameWalk();
  try {
    const compressed = recognise(await feed.peek(512));
    const tar = compressed ? new ByteFeed(decodeFrames(feed, limits, compute, walk)) : feed;
    const { entries, entriesEnd } = await mapTar(tar, limits);
    // To the end of the file: a seek table lies behind the tar.
    while ((await tar.some(2 ** 20)) !== undefined);
    const seekTable = walk.table === undefined ? undefined : walk.offset;
    return { compressed, size: feed.offset, entries, entriesEnd, seekTable };
  } finally {
    await feed.close();
  }
}

async function mapTar(
  feed: ByteFeed,
  limits: ReadLimits,
): Promise<Pick<ArchiveMap, 'entries' | 'entriesEnd'>> {
  const entries: MappedEntry[] = [];
  const end: TarEnd = { endBlocks: 0 };
  let start = 0;
  let kept = 0;
  for await (const { name, type, mode, size, content } of readTar(feed, limits, end)) {
    const contentAt = feed.offset;
    const keep = size <= maxKeptEntryBytes && kept + size <= maxKeptBytes;
    const pieces: Uint8Array[] = [];
    for await (const piece of content()) if (keep) pieces.push(Uint8Array.from(piece));
    kept += keep ? size : 0;
    const bytes = keep && type === 'file' ? { bytes: Buffer.concat(pieces) } : {};
    entries.push({ name, type, mode, start, content: contentAt, size, end: feed.offset, ...bytes });
    start = feed.offset;
  }
  return { entries, entriesEnd: start };
}

/** The tar in an archive, whatever surrounds it. A piece may be used again once the next one is asked for. */
export function tarOf(
  chunks: ChunkSource,
  compressed: boolean,
  limits: ReadLimits,
  compute: Compute,
): AsyncIterable<Uint8Array> {
  if (!compressed) return chunks;
  const lease = new ChunkLease();
  const giveBack =
    chunks.recycle === undefined ? undefined : (chunk: Uint8Array) => chunks.recycle?.(chunk);
  async function* lent(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      lease.open(chunk, giveBack);
      yield chunk;
    }
  }
  const feed = new ByteFeed(lent(), (chunk) => lease.release(chunk));
  return decodeFrames(feed, limits, compute, new FrameWalk(), lease);
}
