import type { Run } from '../support/run.ts';
import { ByteFeed, type ByteReader } from './byte-feed.ts';
import type { RandomAccess } from './byte-sink.ts';
import { collectNestedFiles, takeWhole } from './collect-nested-files.ts';
import { decompressed } from './compressed-input.ts';
import type { Compute } from './compute.ts';
import { ContainerFault } from './container-fault.ts';
import { cleanPath } from './entry-path.ts';
import { FrameFeed, RangeFeed, type SkippingReader } from './frame-feed.ts';
import type { NestedFiles } from './nested-files.ts';
import type { ReadLimits } from './read-limits.ts';
import { recognise } from './recognise.ts';
import { readSeekTable } from './seek-table-read.ts';
import { readTar } from './tar-reader.ts';

/** Some readers can pass over bytes without reading them. */
type Feed = ByteReader & Partial<Pick<SkippingReader, 'skip'>>;

/** An archive with tars among its entries. */
export interface NestingArchive {
  /** Reading by offset, where it can be had. */
  readonly ranges: RandomAccess | undefined;
  /** Front to back. */
  chunks(run: Run): AsyncIterable<Uint8Array>;
}

/** What is looked for. */
export interface NestedFilter {
  /** Tars, by their path in the archive. */
  readonly isTar: (path: string) => boolean;
  /** Files in them, by their path in the tar. */
  readonly wants: (path: string) => boolean;
  /** Entries that are wanted themselves: each is given as a tar of which it is the only file. */
  readonly isFile?: (path: string) => boolean;
}

/**
 * Files out of tars that are entries of an archive, by the path of the tar. Passes over everything
 * else, without reading it where the archive has a seek table or is not compressed. Keeps at most
 * `limits.maxRetainedEntryBytes` of a file and `limits.maxRetainedBytes` in all. Verifies nothing.
 * @throws ArchiveError, ContainerFault where the archive itself cannot be read
 */
export async function readNestedFiles(
  archive: NestingArchive,
  filter: NestedFilter,
  limits: ReadLimits,
  compute: Compute,
  run: Run,
): Promise<ReadonlyMap<string, NestedFiles>> {
  const found = new Map<string, NestedFiles>();
  const { feed, close } = await openFeed(archive, limits, compute, run);
  let left = limits.maxRetainedBytes;
  try {
    for await (const entry of readTar(feed, limits, { endBlocks: 0 })) {
      run.signal.throwIfAborted();
      const path = cleanPath(entry.name);
      const end = feed.offset + padded(entry.size);
      if (entry.type === 'file' && filter.isTar(path) && !found.has(path)) {
        const nested = await readFiles(new Slice(feed, feed.offset + entry.size), filter.wants, {
          ...limits,
          maxRetainedBytes: left,
        });
        for (const content of nested.files.values()) left -= content.length;
        found.set(path, nested);
      } else if (entry.type === 'file' && filter.isFile?.(path) === true && !found.has(path)) {
        const taken = await takeWhole(entry, limits, left);
        if (taken !== 'over') left -= taken.length;
        found.set(path, {
          files: new Map(taken === 'over' ? [] : [[path, taken]]),
          tooLarge: taken === 'over' ? [path] : [],
          fault: undefined,
        });
      }
      await advance(feed, end - feed.offset);
    }
  } finally {
    await close();
  }
  return found;
}

/** Small files of a tar that lies in memory, compressed or not: a packed chart. */
export async function readPackedFiles(
  packed: Uint8Array,
  wants: (path: string) => boolean,
  limits: ReadLimits,
  compute: Compute,
): Promise<NestedFiles> {
  async function* once(): AsyncGenerator<Uint8Array> {
    yield packed;
  }
  const feed = new ByteFeed(decompressed(once(), limits, compute));
  try {
    return await readFiles(feed, wants, limits);
  } finally {
    await feed.close();
  }
}

function readFiles(
  feed: Feed,
  wants: (path: string) => boolean,
  limits: ReadLimits,
): Promise<NestedFiles> {
  return collectNestedFiles(
    feed,
    limits,
    async (entry, path, left) =>
      entry.type === 'file' && wants(path) ? takeWhole(entry, limits, left) : 'passed',
    ({ size }) => advance(feed, padded(size)),
  );
}

async function openFeed(
  archive: NestingArchive,
  limits: ReadLimits,
  compute: Compute,
  run: Run,
): Promise<{
  readonly feed: Feed;
  readonly close: () => Promise<void>;
}> {
  const { ranges } = archive;
  if (ranges !== undefined) {
    const nothing = async (): Promise<void> => undefined;
    if (!recognise(await ranges.read(0, 512)))
      return { feed: new RangeFeed(ranges), close: nothing };
    const frames = await readSeekTable(ranges, limits);
    if (
      frames?.every(
        (frame) => frame.contentSize <= maxFrameBytes && frame.size <= 2 * maxFrameBytes,
      ) === true
    ) {
      return { feed: new FrameFeed(ranges, frames, limits, compute), close: nothing };
    }
  }
  const feed = new ByteFeed(decompressed(archive.chunks(run), limits, compute));
  return { feed, close: () => feed.close() };
}

const maxFrameBytes = 16 * 2 ** 20;

function padded(size: number): number {
  return size + ((512 - (size % 512)) % 512);
}

async function advance(feed: Feed, length: number): Promise<void> {
  if (length <= 0) return;
  if (feed.skip !== undefined) {
    feed.skip(length);
    return;
  }
  for (let left = length; left > 0; ) {
    const piece = await feed.some(left);
    if (piece === undefined) throw cutShort();
    left -= piece.length;
  }
}

function cutShort(): ContainerFault {
  return new ContainerFault('TAR_TRUNCATED', 'the tar ends inside a content');
}

/** A part of a reader, up to an offset. */
class Slice implements ByteReader {
  readonly #feed: Feed;
  readonly #end: number;
  readonly skip?: (length: number) => void;

  constructor(feed: Feed, end: number) {
    this.#feed = feed;
    this.#end = end;
    if (feed.skip !== undefined) {
      this.skip = (length) => {
        // Passing over the end would go unnoticed.
        if (feed.offset + length > end) throw cutShort();
        feed.skip?.(length);
      };
    }
  }

  get offset(): number {
    return this.#feed.offset;
  }

  async some(max: number): Promise<Uint8Array | undefined> {
    const left = this.#end - this.#feed.offset;
    return left <= 0 ? undefined : this.#feed.some(Math.min(max, left));
  }

  async take(length: number): Promise<Uint8Array> {
    return this.#feed.take(Math.max(0, Math.min(length, this.#end - this.#feed.offset)));
  }
}
