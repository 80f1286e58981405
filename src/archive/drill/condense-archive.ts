import { digestOf } from '../../oci/digest.ts';
import { ByteFeed, type ByteReader } from '../byte-feed.ts';
import type { RandomAccess } from '../byte-sink.ts';
import type { ChunkSource } from '../chunk-source.ts';
import type { Compute } from '../compute.ts';
import { FrameFeed, RangeFeed } from '../frame-feed.ts';
import { encodeRawFrame } from '../raw-frame.ts';
import type { ReadLimits } from '../read-limits.ts';
import { recognise } from '../recognise.ts';
import { readSeekTable } from '../seek-table-read.ts';
import { renderSeekTable } from '../seek-table-write.ts';
import type { Survey, SurveyedEntry } from '../survey.ts';
import { readTar } from '../tar-reader.ts';
import { tarPaddingBytes } from '../tar-writer.ts';
import { resizedHeader } from './changed-header.ts';
import { tarOf } from './map-archive.ts';
import { storedFrames } from './stored-frames.ts';

/** An archive in which large contents are stood for by a few bytes each; in memory. */
export interface CondensedArchive {
  readonly bytes: Uint8Array;
  /** What each of those contents was seen to be, by the digest of what stands for it. */
  readonly standIns: ReadonlyMap<string, SurveyedEntry>;
  /** Names of the entries that are stood for. */
  readonly names: ReadonlySet<string>;
  /** Bytes of the contents that are stood for. */
  readonly leftOut: number;
}

/** Everything behind that much is stood for, but for headers. */
const mostKeptBytes = 32 * 2 ** 20;
const tarBlock = 512;
/** A frame is decoded as a whole where it is jumped to. */
const mostFrameBytes = 16 * 2 ** 20;

/**
 * Makes a small archive of a large one that was surveyed before: the same entries in the same order, in the same
 * bytes, but large contents are a line each that names their digest. Where a seek table allows it only what is kept is
 * read. `restored` puts the contents back into what a survey of it sees.
 * @param mostContentBytes contents beyond this are stood for
 * @throws ContainerFault for what is no sound archive
 */
export async function condenseArchive(
  chunks: ChunkSource,
  seen: Survey,
  limits: ReadLimits,
  compute: Compute,
  mostContentBytes: number,
): Promise<CondensedArchive> {
  const zstd = seen.container.compression === 'zstd';
  const reader = await readerOf(chunks, zstd, limits, compute);
  const recorded = new RecordingReader(reader.tar);
  const pieces: Uint8Array[] = [];
  const standIns = new Map<string, SurveyedEntry>();
  const names = new Set<string>();
  let leftOut = 0;
  let kept = 0;
  let index = 0;
  try {
    for await (const { name, type, size, content } of readTar(recorded, limits, { endBlocks: 0 })) {
      const head = recorded.taken();
      const entry = seen.entries[index++];
      const isLarge = size > mostContentBytes || kept + size > mostKeptBytes;
      // Behind an extended header the size may stand in two places.
      const isPlain = type === 'file' && head.length === tarBlock;
      if (!isLarge || !isPlain || entry?.digest === undefined || size <= tarBlock) {
        pieces.push(head);
        for await (const _ of content());
        pieces.push(recorded.taken());
        kept += size;
        continue;
      }
      await reader.skip(size + tarPaddingBytes(size));
      const standIn = Buffer.from(`${entry.digest} of ${size} bytes, ${name}\n`);
      pieces.push(resizedHeader(head, standIn.length), standIn);
      pieces.push(Buffer.alloc(tarPaddingBytes(standIn.length)));
      standIns.set(digestOf(standIn), entry);
      names.add(name);
      leftOut += size - standIn.length;
    }
    pieces.push(recorded.taken());
  } finally {
    await reader.close();
  }
  const tar = Buffer.concat(pieces);
  const tabled = seen.container.seekTable === 'agrees';
  return { bytes: zstd ? await framed(tar, tabled) : tar, standIns, names, leftOut };
}

/** What would have been seen had the contents been there that are stood for. */
export function restored(survey: Survey, { standIns }: CondensedArchive): Survey {
  let more = 0;
  const entries = survey.entries.map((entry) => {
    const was = entry.digest === undefined ? undefined : standIns.get(entry.digest);
    if (was === undefined) return entry;
    more += was.size - entry.size;
    const { name, path, type, mode } = entry;
    return { ...was, name, path, type, mode };
  });
  const { container } = survey;
  const sizes = { size: container.size + more, tarSize: container.tarSize + more };
  return { container: { ...container, ...sizes }, entries };
}

async function framed(tar: Uint8Array, tabled: boolean): Promise<Uint8Array> {
  const frames: Uint8Array[] = [];
  const sizes: { size: number; contentSize: number }[] = [];
  if (!tabled) return Buffer.concat(await Array.fromAsync(storedFrames(once(tar))));
  // Small frames, so that a flipped bit of one is no matter of all.
  for (let at = 0; at < tar.length; at += tabledFrameBytes) {
    const content = tar.subarray(at, at + tabledFrameBytes);
    const frame = encodeRawFrame(content);
    frames.push(frame);
    sizes.push({ size: frame.length, contentSize: content.length });
  }
  return Buffer.concat([...frames, renderSeekTable(sizes)]);
}

const tabledFrameBytes = 2 ** 20;

interface TarSource {
  readonly tar: ByteReader;
  skip(bytes: number): Promise<void>;
  close(): Promise<void>;
}

async function readerOf(
  chunks: ChunkSource,
  zstd: boolean,
  limits: ReadLimits,
  compute: Compute,
): Promise<TarSource> {
  const feed = await placedFeed(chunks.ranges, limits, compute);
  if (feed !== undefined)
    return {
      tar: feed,
      skip: (bytes) => Promise.resolve(feed.skip(bytes)),
      close: () => Promise.resolve(),
    };
  const tar = new ByteFeed(tarOf(chunks, zstd, limits, compute));
  return {
    tar,
    async skip(bytes) {
      for (let left = bytes; left > 0; ) left -= (await tar.some(left))?.length ?? left;
    },
    close: () => tar.close(),
  };
}

/** A reader that jumps; undefined where the archive has to be read from front to back. */
async function placedFeed(
  ranges: RandomAccess | undefined,
  limits: ReadLimits,
  compute: Compute,
): Promise<FrameFeed | RangeFeed | undefined> {
  if (ranges === undefined) return undefined;
  if (!recognise(await ranges.read(0, tarBlock))) return new RangeFeed(ranges);
  const frames = await readSeekTable(ranges, limits);
  return frames?.every(({ contentSize }) => contentSize <= mostFrameBytes) === true
    ? new FrameFeed(ranges, frames, limits, compute)
    : undefined;
}

/** Keeps what is read through it until it is asked for. */
class RecordingReader implements ByteReader {
  readonly #inner: ByteReader;
  #pieces: Uint8Array[] = [];

  constructor(inner: ByteReader) {
    this.#inner = inner;
  }

  get offset(): number {
    return this.#inner.offset;
  }

  async some(max: number): Promise<Uint8Array | undefined> {
    const piece = await this.#inner.some(max);
    if (piece !== undefined) this.#pieces.push(Uint8Array.from(piece));
    return piece;
  }

  async take(length: number): Promise<Uint8Array> {
    const bytes = await this.#inner.take(length);
    this.#pieces.push(Uint8Array.from(bytes));
    return bytes;
  }

  /** What was read since the last call. */
  taken(): Uint8Array {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return bytes;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
