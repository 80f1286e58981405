import type { ByteFeed } from './byte-feed.ts';
import { ContainerFault } from './container-fault.ts';
import type { ReadLimits } from './read-limits.ts';

/** Little-endian magic of a frame with data. @see RFC 8878 3.1.1 */
export const frameMagic = 0xfd2fb528;
/** Magic of the frame that holds a seek table. @see Zstandard Seekable Format 0.1.0 */
export const seekTableMagic = 0x184d2a5e;
/** The most that one block decodes to. @see RFC 8878 3.1.1.2.4 */
const maxBlockBytes = 128 * 2 ** 10;

/** True for the sixteen magics of skippable frames. @see RFC 8878 3.1.2 */
export function isSkippableMagic(magic: number): boolean {
  return magic >>> 4 === 0x184d2a5;
}

/** What a frame says about itself. */
export interface FrameHeader {
  /** Behind the magic. */
  readonly bytes: Uint8Array;
  /** Bytes of window a decoder needs. */
  readonly window: number;
  readonly contentSize: number | undefined;
  readonly checksum: boolean;
}

/**
 * Reads a frame header behind the magic.
 * @throws ContainerFault ZSTD_TRUNCATED, ZSTD_FRAME_INVALID, ZSTD_DICTIONARY, ZSTD_WINDOW_LIMIT
 * @see RFC 8878 3.1.1.1
 */
export async function readFrameHeader(feed: ByteFeed, limits: ReadLimits): Promise<FrameHeader> {
  const first = Uint8Array.from(await exactly(feed, 1));
  const descriptor = first[0] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  // The unused bit too: decoders ignore it, encoders leave it zero, so nobody honest sets it.
  if ((descriptor & 0x18) !== 0)
    throw new ContainerFault('ZSTD_FRAME_INVALID', 'a reserved bit of a zstd frame header is set');
  const idBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  const rest = await exactly(feed, (single ? 0 : 1) + idBytes + sizeBytes);
  const at = single ? 0 : 1;
  if (rest.subarray(at, at + idBytes).some((byte) => byte !== 0))
    throw new ContainerFault('ZSTD_DICTIONARY', 'a zstd frame needs a dictionary');
  let contentSize: number | undefined;
  if (sizeBytes > 0) {
    contentSize = sizeBytes === 2 ? 256 : 0;
    for (let index = 0; index < sizeBytes; index++)
      contentSize += (rest[at + idBytes + index] ?? 0) * 256 ** index;
  }
  const window = single
    ? (contentSize ?? 0)
    : 2 ** (10 + ((rest[0] ?? 0) >>> 3)) * (1 + ((rest[0] ?? 0) & 7) / 8);
  if (window > limits.maxWindowBytes) {
    throw new ContainerFault(
      'ZSTD_WINDOW_LIMIT',
      `a zstd frame needs a window of ${window} bytes, at most ${limits.maxWindowBytes} are allowed`,
    );
  }
  return {
    bytes: Buffer.concat([first, rest]),
    window,
    contentSize,
    checksum: (descriptor & 4) !== 0,
  };
}

/** Walks over the blocks of one frame, keeping what it passed until that is taken. */
export class BlockWalk {
  readonly header: FrameHeader;
  /** True behind the last block and the checksum. */
  ended = false;
  /** Contents of the blocks while all of them are stored and no checksum has to be computed; else undefined. */
  stored: Uint8Array[] | undefined;
  /** Bytes of `stored`. */
  storedBytes = 0;
  /** Bytes of the frame passed so far. */
  bytes = 0;
  /** What the blocks passed so far can decode to at most. */
  mostContent = 0;
  #spans: Uint8Array[] = [];
  readonly #feed: ByteFeed;
  readonly #retain: (span: Uint8Array) => void;

  /** `retain` is told of memory of the stream that the walk keeps; whoever takes the spans releases them. */
  constructor(
    feed: ByteFeed,
    magic: Uint8Array,
    header: FrameHeader,
    retain: (span: Uint8Array) => void,
  ) {
    this.#feed = feed;
    this.header = header;
    this.#retain = retain;
    this.stored = header.checksum ? undefined : [];
    this.#keep(Buffer.concat([magic, header.bytes]));
  }

  /** The bytes passed since the last call, in pieces as large as the stream's chunks allow. */
  takeSpans(): readonly Uint8Array[] {
    const spans = this.#spans;
    this.#spans = [];
    return spans;
  }

  /** Keeps contents no longer: the frame is too large for that, and is decoded as a stream. */
  stopStoring(): void {
    this.stored = undefined;
    this.storedBytes = 0;
  }

  /** Passes one block. @throws ContainerFault ZSTD_TRUNCATED, ZSTD_FRAME_INVALID */
  async block(): Promise<void> {
    const feed = this.#feed;
    const most = Math.min(this.header.window, maxBlockBytes);
    const head = feed.takeNow(3) ?? (await exactly(feed, 3));
    const field = (head[0] ?? 0) | ((head[1] ?? 0) << 8) | ((head[2] ?? 0) << 16);
    const type = (field >> 1) & 3;
    const size = field >> 3;
    if (type === 3)
      throw new ContainerFault('ZSTD_FRAME_INVALID', 'a zstd block has the reserved type');
    if (size > most)
      throw new ContainerFault(
        'ZSTD_FRAME_INVALID',
        `a zstd block of ${size} bytes, at most ${most} are allowed`,
      );
    this.#keep(head);
    this.mostContent += type === 2 ? most : size;
    if (type === 1) {
      const byte = feed.takeNow(1) ?? (await exactly(feed, 1));
      this.#keep(byte);
      this.#store(this.stored === undefined ? byte : new Uint8Array(size).fill(byte[0] ?? 0));
    } else {
      if (type === 2) this.stored = undefined;
      for (let left = size; left > 0; ) {
        const piece = feed.someNow(left) ?? (await feed.some(left));
        if (piece === undefined) throw cutShort();
        left -= piece.length;
        this.#keep(piece);
        this.#store(piece);
      }
    }
    if ((field & 1) === 0) return;
    if (this.header.checksum) this.#keep(await exactly(feed, 4));
    this.ended = true;
  }

  #store(piece: Uint8Array): void {
    if (this.stored === undefined) return;
    this.stored.push(piece);
    this.storedBytes += piece.length;
  }

  #keep(piece: Uint8Array): void {
    this.bytes += piece.length;
    const last = this.#spans.at(-1);
    if (
      last !== undefined &&
      last.buffer === piece.buffer &&
      last.byteOffset + last.length === piece.byteOffset
    ) {
      this.#spans[this.#spans.length - 1] = new Uint8Array(
        last.buffer,
        last.byteOffset,
        last.length + piece.length,
      );
      return;
    }
    this.#retain(piece);
    this.#spans.push(piece);
  }
}

/** Exactly that many bytes. @throws ContainerFault ZSTD_TRUNCATED */
export async function exactly(feed: ByteFeed, length: number): Promise<Uint8Array> {
  const bytes = await feed.take(length);
  if (bytes.length < length) throw cutShort();
  return bytes;
}

function cutShort(): ContainerFault {
  return new ContainerFault('ZSTD_TRUNCATED', 'the input ends inside a zstd frame');
}
