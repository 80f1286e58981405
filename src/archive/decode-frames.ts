import { Readable } from 'node:stream';
import { constants, createZstdDecompress } from 'node:zlib';
import type { ByteFeed } from './byte-feed.ts';
import { ArchiveError } from './archive-error.ts';
import { decodeErrorCode } from './compute-in-process.ts';
import type { Compute } from './compute.ts';
import { ContainerFault } from './container-fault.ts';
import type { ReadLimits } from './read-limits.ts';
import type { FrameSizes } from './seek-table-write.ts';
import { type FrameHeader, readFrameHeader } from './zstd-frames.ts';

/** Frames up to this size, compressed and decoded, are held whole. */
const wholeFrameBytes = 16 * 2 ** 20;
const expansionFloor = 64 * 2 ** 20;

/** What the walk over the frames learned. */
export class FrameWalk {
  frames = 0;
  skippable = 0;
  withoutChecksum = 0;
  readonly sizes: FrameSizes[] = [];
  /** Payload of the last skippable frame if nothing follows it. */
  table: Uint8Array | undefined;
}

/** Decodes a sequence of zstd frames, each on its own, so that no byte of the input goes unlooked at. */
export async function* decodeFrames(feed: ByteFeed, limits: ReadLimits, compute: Compute, walk: FrameWalk): AsyncGenerator<Uint8Array> {
  let out = 0;
  const grown = (bytes: number): void => {
    out += bytes;
    if (out > expansionFloor && out > feed.offset * limits.maxExpansion) {
      throw new ContainerFault('LIMIT_EXPANSION', `more than ${limits.maxExpansion} bytes come out of each byte that goes in`);
    }
  };
  for (;;) {
    const start = feed.offset;
    const magic = await feed.take(4);
    if (magic.length === 0) return;
    if (magic.length < 4) throw trailing(walk);
    const number = u32(magic, 0);
    if (walk.frames + walk.skippable >= limits.maxFrames) throw new ContainerFault('LIMIT_FRAMES', `more than ${limits.maxFrames} zstd frames`);
    walk.table = undefined;
    if (number >>> 4 === 0x184d2a5) {
      walk.skippable++;
      const size = u32(await exactly(feed, 4), 0);
      if (number === 0x184d2a5e && size <= 9 + 12 * (walk.frames + walk.skippable)) walk.table = Uint8Array.from(await exactly(feed, size));
      else for await (const _ of pass(feed, size)) void _;
      continue;
    }
    if (number !== 0xfd2fb528) throw trailing(walk);
    const header = await readFrameHeader((length) => exactly(feed, length), limits);
    const before = out;
    walk.frames++;
    if (!header.checksum) walk.withoutChecksum++;
    for await (const piece of decodeFrame(feed, magic, header, compute, grown)) yield piece;
    walk.sizes.push({ size: feed.offset - start, contentSize: out - before });
  }
}

async function* decodeFrame(feed: ByteFeed, magic: Uint8Array, header: FrameHeader, compute: Compute, grown: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const blocks = walkBlocks(feed, header);
  const held: Uint8Array[] = [magic, header.bytes];
  const plain: Uint8Array[] = [];
  let bytes = magic.length + header.bytes.length;
  let stored = !header.checksum;
  let plainBytes = 0;
  let whole = true;
  for await (const piece of blocks) {
    held.push(piece.bytes);
    bytes += piece.bytes.length;
    if (piece.kind === 'raw') plain.push(piece.bytes);
    else if (piece.kind === 'rle') plain.push(new Uint8Array(piece.size).fill(piece.bytes[0] ?? 0));
    else if (piece.kind === 'compressed') stored = false;
    plainBytes += piece.kind === 'raw' || piece.kind === 'rle' ? piece.size : 0;
    if (bytes > wholeFrameBytes || plainBytes > wholeFrameBytes || (!stored && (header.contentSize ?? wholeFrameBytes + 1) > wholeFrameBytes)) {
      whole = false;
      break;
    }
    if (!stored) plain.length = 0;
  }
  if (whole && stored) {
    agree(header, plainBytes);
    grown(plainBytes);
    yield* plain;
  } else if (whole && header.contentSize !== undefined) {
    const content = await compute.decodeFrame(Buffer.concat(held), header.contentSize).catch((error: unknown) => {
      throw error instanceof ArchiveError ? new ContainerFault(error.code, error.message) : error;
    });
    agree(header, content.length);
    grown(content.length);
    yield content;
  } else {
    yield* streamed(feed, header, held, whole, grown);
  }
}

/** A frame too large to hold, or of unknown size: through a decoder that is fed this one frame only. */
async function* streamed(feed: ByteFeed, header: FrameHeader, held: readonly Uint8Array[], ended: boolean, grown: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let fault: unknown;
  async function* input(): AsyncGenerator<Uint8Array> {
    try {
      yield* held;
      if (!ended) for await (const piece of header.rest(feed)) yield piece.bytes;
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  const decoder = createZstdDecompress({ chunkSize: 2 ** 20, params: { [constants.ZSTD_d_windowLogMax]: 29 } });
  const source = Readable.from(input(), { objectMode: true, highWaterMark: 4 });
  source.on('error', (error) => decoder.destroy(error));
  source.pipe(decoder);
  let content = 0;
  try {
    for await (const piece of decoder) {
      content += piece.length;
      grown(piece.length);
      yield piece;
    }
  } catch (error) {
    if (fault !== undefined) throw fault;
    if (error instanceof ContainerFault) throw error;
    throw new ContainerFault(decodeErrorCode(error), `a zstd frame cannot be decoded: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    source.destroy();
    decoder.destroy();
  }
  agree(header, content);
}

type Piece = { readonly kind: 'raw' | 'rle' | 'compressed' | 'header'; readonly bytes: Uint8Array; readonly size: number };

/** Block headers and contents up to the end of the frame; goes on where it was left. */
function walkBlocks(feed: ByteFeed, header: FrameHeader): AsyncIterable<Piece> {
  const steps = blockSteps(feed, header);
  header.rest = () => ({ [Symbol.asyncIterator]: () => steps });
  // Without return(): leaving the first loop must not end the walk.
  return { [Symbol.asyncIterator]: () => ({ next: () => steps.next() }) };
}

async function* blockSteps(feed: ByteFeed, header: FrameHeader): AsyncGenerator<Piece> {
  const most = Math.min(header.window, 128 * 2 ** 10);
  for (let last = false; !last; ) {
    const bytes = await exactly(feed, 3);
    const field = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16);
    last = (field & 1) === 1;
    const type = (field >> 1) & 3;
    const size = field >> 3;
    if (type === 3) throw new ContainerFault('ZSTD_FRAME_INVALID', 'a zstd block has the reserved type');
    if (size > most) throw new ContainerFault('ZSTD_FRAME_INVALID', `a zstd block of ${size} bytes, at most ${most} are allowed`);
    yield { kind: 'header', bytes, size: 0 };
    if (type === 1) yield { kind: 'rle', bytes: await exactly(feed, 1), size };
    else for await (const piece of pass(feed, size)) yield { kind: type === 0 ? 'raw' : 'compressed', bytes: piece, size: piece.length };
  }
  if (header.checksum) yield { kind: 'header', bytes: await exactly(feed, 4), size: 0 };
}

function agree(header: FrameHeader, bytes: number): void {
  if (header.contentSize !== undefined && header.contentSize !== bytes) {
    throw new ContainerFault('ZSTD_CONTENT_SIZE', `a zstd frame says it holds ${header.contentSize} bytes, it holds ${bytes}`);
  }
}

function trailing(walk: FrameWalk): ContainerFault {
  return new ContainerFault('ZSTD_TRAILING_BYTES', `bytes that are no zstd frame lie behind frame ${walk.frames + walk.skippable}`);
}

async function exactly(feed: ByteFeed, length: number): Promise<Uint8Array> {
  const bytes = await feed.take(length);
  if (bytes.length < length) throw new ContainerFault('ZSTD_TRUNCATED', 'the input ends inside a zstd frame');
  return bytes;
}

async function* pass(feed: ByteFeed, length: number): AsyncGenerator<Uint8Array> {
  for (let left = length; left > 0; ) {
    const piece = await feed.some(left);
    if (piece === undefined) throw new ContainerFault('ZSTD_TRUNCATED', 'the input ends inside a zstd frame');
    left -= piece.length;
    yield piece;
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}
