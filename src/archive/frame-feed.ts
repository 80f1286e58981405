import { ByteFeed, type ByteReader } from './byte-feed.ts';
import type { RandomAccess } from './byte-sink.ts';
import type { Compute } from './compute.ts';
import { ContainerFault } from './container-fault.ts';
import { decodeFrames, FrameWalk } from './decode-frames.ts';
import type { ReadLimits } from './read-limits.ts';
import type { FrameSizes } from './seek-table-write.ts';

/** Bytes that can be passed over without being read. */
export interface SkippingReader extends ByteReader {
  /** Moves on by that many bytes. */
  skip(length: number): void;
}

/** The bytes of a file, read where they are asked for. */
export class RangeFeed implements SkippingReader {
  offset = 0;
  readonly #archive: RandomAccess;
  #chunk: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(archive: RandomAccess) {
    this.#archive = archive;
  }

  skip(length: number): void {
    this.offset += length;
  }

  async some(max: number): Promise<Uint8Array | undefined> {
    let at = this.offset - this.#start;
    if (at < 0 || at >= this.#chunk.length) {
      this.#chunk = await this.#archive.read(this.offset, rangeBytes);
      this.#start = this.offset;
      at = 0;
      if (this.#chunk.length === 0) return undefined;
    }
    const piece = this.#chunk.subarray(at, at + max);
    this.offset += piece.length;
    return piece;
  }

  take(length: number): Promise<Uint8Array> {
    return gathered(this, length);
  }
}

/** Read at once: a header, and small contents behind it. */
const rangeBytes = 64 * 2 ** 10;

/** The decoded bytes of frames whose places a seek table tells; only frames that are asked for are read. */
export class FrameFeed implements SkippingReader {
  offset = 0;
  readonly #archive: RandomAccess;
  readonly #frames: readonly FrameSizes[];
  readonly #limits: ReadLimits;
  readonly #compute: Compute;
  #index = 0;
  /** Of the frame at the index: where it begins in the file, and in what the frames decode to. */
  #fileStart = 0;
  #contentStart = 0;
  #content: Uint8Array | undefined;

  constructor(
    archive: RandomAccess,
    frames: readonly FrameSizes[],
    limits: ReadLimits,
    compute: Compute,
  ) {
    this.#archive = archive;
    this.#frames = frames;
    this.#limits = limits;
    this.#compute = compute;
  }

  skip(length: number): void {
    this.offset += length;
  }

  async some(max: number): Promise<Uint8Array | undefined> {
    let frame = this.#frames[this.#index];
    while (frame !== undefined && this.offset >= this.#contentStart + frame.contentSize) {
      this.#fileStart += frame.size;
      this.#contentStart += frame.contentSize;
      this.#content = undefined;
      frame = this.#frames[++this.#index];
    }
    if (frame === undefined) return undefined;
    this.#content ??= await this.#decode(frame);
    const at = this.offset - this.#contentStart;
    const piece = this.#content.subarray(at, at + max);
    this.offset += piece.length;
    return piece;
  }

  take(length: number): Promise<Uint8Array> {
    return gathered(this, length);
  }

  /** @throws ContainerFault ZSTD_*, ZSTD_SEEK_TABLE when the frame is not what the table says */
  async #decode(frame: FrameSizes): Promise<Uint8Array> {
    const bytes = await this.#archive.read(this.#fileStart, frame.size);
    const walk = new FrameWalk();
    const disagrees = (): ContainerFault =>
      new ContainerFault(
        'ZSTD_SEEK_TABLE',
        `the seek table disagrees with the frame at ${this.#fileStart}`,
      );
    const pieces: Uint8Array[] = [];
    let held = 0;
    const feed = new ByteFeed(once(bytes));
    for await (const piece of decodeFrames(feed, this.#limits, this.#compute, walk)) {
      held += piece.length;
      // Not kept until its end: a frame may hold gigabytes more than the table says.
      if (held > frame.contentSize) throw disagrees();
      // Copied: the memory of a large piece may be used again once the next one is asked for.
      pieces.push(Uint8Array.from(piece));
    }
    const [only] = walk.sizes;
    if (
      walk.sizes.length !== 1 ||
      walk.skippable > 0 ||
      only?.size !== frame.size ||
      only.contentSize !== frame.contentSize
    )
      throw disagrees();
    return Buffer.concat(pieces);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function gathered(reader: ByteReader, length: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let left = length; left > 0; ) {
    const piece = await reader.some(left);
    if (piece === undefined) break;
    pieces.push(piece);
    left -= piece.length;
  }
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}
