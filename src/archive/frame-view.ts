import { pieceAt } from '../support/piece-at.ts';
import { ArchiveError } from './archive-error.ts';
import type { RandomAccess } from './byte-sink.ts';
import type { Compute } from './compute.ts';
import type { SkippingReader } from './frame-feed.ts';
import type { FrameSizes } from './seek-table-write.ts';
import { requireFrames } from './walk-frame.ts';

/** Frames kept decoded: small files of one frame are asked for one after another. */
const mostDecoded = 4;

/** Where a frame lies. */
interface PlacedFrame extends FrameSizes {
  readonly fileStart: number;
  readonly contentStart: number;
}

/** Frames of an archive that lie one after another, as a table lists them. */
export interface FrameSpan {
  /** Where the first one begins in the file. */
  readonly offset: number;
  readonly frames: readonly FrameSizes[];
}

/** The bytes of a tar by offset, however they are packed. */
export interface TarView {
  /** Bytes of the tar. */
  readonly size: number;
  /** At least one and at most `max` bytes from `offset`; undefined at the end. */
  piece(offset: number, max: number): Promise<Uint8Array | undefined>;
  /** The frames that hold exactly this range and nothing else; undefined where the cuts are others, or none. */
  span(offset: number, length: number): FrameSpan | undefined;
}

/** Read at once of a plain tar. */
const plainBytes = 2 ** 20;

/** A tar that is not packed. */
export function plainView(archive: RandomAccess): TarView {
  return {
    size: archive.size,
    async piece(offset, max) {
      const bytes = await archive.read(offset, Math.min(max, plainBytes));
      return bytes.length === 0 ? undefined : bytes;
    },
    span: () => undefined,
  };
}

/**
 * What the frames of an archive decode to, by offset: only frames that are asked for are read, and
 * each is compared with what the table says of it.
 */
export class FrameView implements TarView {
  readonly size: number;
  readonly #archive: RandomAccess;
  readonly #compute: Compute;
  readonly #frames: readonly PlacedFrame[];
  /** Where their contents begin. */
  readonly #starts: readonly number[];
  readonly #decoded = new Map<PlacedFrame, Promise<Uint8Array>>();

  constructor(archive: RandomAccess, frames: readonly FrameSizes[], compute: Compute) {
    this.#archive = archive;
    this.#compute = compute;
    const placed: PlacedFrame[] = [];
    let fileStart = 0;
    let contentStart = 0;
    for (const { size, contentSize } of frames) {
      // Skippable frames that a table lists hold nothing.
      if (contentSize > 0) placed.push({ size, contentSize, fileStart, contentStart });
      fileStart += size;
      contentStart += contentSize;
    }
    this.#frames = placed;
    this.#starts = placed.map((frame) => frame.contentStart);
    this.size = contentStart;
  }

  /** @throws ArchiveError ZSTD_* */
  async piece(offset: number, max: number): Promise<Uint8Array | undefined> {
    const frame = this.#frames[this.#indexAt(offset)];
    if (frame === undefined) return undefined;
    const at = offset - frame.contentStart;
    return (await this.#content(frame)).subarray(at, at + max);
  }

  span(offset: number, length: number): FrameSpan | undefined {
    const first = this.#indexAt(offset);
    const frames: FrameSizes[] = [];
    let content = offset;
    let file = this.#frames[first]?.fileStart ?? 0;
    const start = file;
    for (let index = first; content < offset + length; index++) {
      const frame = this.#frames[index];
      if (frame === undefined || frame.contentStart !== content || frame.fileStart !== file)
        return undefined;
      frames.push({ size: frame.size, contentSize: frame.contentSize });
      content += frame.contentSize;
      file += frame.size;
    }
    return content === offset + length ? { offset: start, frames } : undefined;
  }

  /** Index of the frame that holds the byte; the number of frames behind the end. */
  #indexAt(offset: number): number {
    return offset < this.size ? pieceAt(this.#starts, offset) : this.#frames.length;
  }

  #content(frame: PlacedFrame): Promise<Uint8Array> {
    const known = this.#decoded.get(frame);
    if (known !== undefined) return known;
    const decoding = this.#decode(frame);
    decoding.catch(() => undefined); // whoever asked awaits it
    this.#decoded.set(frame, decoding);
    for (const oldest of this.#decoded.keys()) {
      if (this.#decoded.size <= mostDecoded) break;
      this.#decoded.delete(oldest);
    }
    return decoding;
  }

  async #decode(frame: PlacedFrame): Promise<Uint8Array> {
    const bytes = await this.#archive.read(frame.fileStart, frame.size);
    requireFrames(bytes, [frame], frame.fileStart);
    const content = await this.#compute.decodeFrame(bytes, frame.contentSize);
    if (content.length === frame.contentSize) return content;
    throw new ArchiveError(
      'ZSTD_SEEK_TABLE',
      `the seek table disagrees with the frame at ${frame.fileStart}: its content has ${content.length} bytes, not ${frame.contentSize}`,
    );
  }
}

/** Reads a view front to back, with jumps. */
export class ViewFeed implements SkippingReader {
  offset: number;
  readonly #view: TarView;

  constructor(view: TarView, offset = 0) {
    this.#view = view;
    this.offset = offset;
  }

  skip(length: number): void {
    this.offset += length;
  }

  async some(max: number): Promise<Uint8Array | undefined> {
    const piece = await this.#view.piece(this.offset, max);
    if (piece === undefined || piece.length === 0) return undefined;
    this.offset += piece.length;
    return piece;
  }

  async take(length: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (let left = length; left > 0; ) {
      const piece = await this.some(left);
      if (piece === undefined) break;
      pieces.push(piece);
      left -= piece.length;
    }
    const [only] = pieces;
    return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
  }
}
