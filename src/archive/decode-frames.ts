import { ArchiveError } from './archive-error.ts';
import type { ByteFeed } from './byte-feed.ts';
import { ChunkLease } from './chunk-lease.ts';
import type { Compute } from './compute.ts';
import { ContainerFault } from './container-fault.ts';
import type { ReadLimits } from './read-limits.ts';
import type { FrameSizes } from './seek-table-write.ts';
import { streamFrame } from './stream-frame.ts';
import { BlockWalk, exactly, type FrameHeader, frameMagic, isSkippableMagic, readFrameHeader, seekTableMagic } from './zstd-frames.ts';

/** Frames up to this size, compressed and decoded, are held whole and decoded side by side. */
const wholeFrameBytes = 16 * 2 ** 20;
const expansionFloor = 64 * 2 ** 20;

/** What the walk over the frames learned. */
export class FrameWalk {
  frames = 0;
  skippable = 0;
  withoutChecksum = 0;
  readonly sizes: FrameSizes[] = [];
  /** Payload of the last skippable frame if nothing follows it and it can be a seek table. */
  table: Uint8Array | undefined;
  /** Where the frame begins that is looked at. */
  offset = 0;
  /** Frames that lie before the first one, where a part of an archive is walked. */
  readonly earlier: number;

  constructor(earlier = 0) {
    this.earlier = earlier;
  }
}

/**
 * Decodes a sequence of zstd frames, each on its own, so that no byte of the input goes unlooked at.
 * A piece may be used again once the next one is asked for, where the lease says so.
 * @throws ContainerFault ZSTD_*, LIMIT_EXPANSION, LIMIT_FRAMES
 */
export async function* decodeFrames(
  feed: ByteFeed,
  limits: ReadLimits,
  compute: Compute,
  walk: FrameWalk,
  lease: ChunkLease = new ChunkLease(),
): AsyncGenerator<Uint8Array> {
  let out = 0;
  const grown = (bytes: number, read: number): void => {
    out += bytes;
    if (out > expansionFloor && out > read * limits.maxExpansion) {
      throw new ContainerFault('LIMIT_EXPANSION', `more than ${limits.maxExpansion} bytes come out of each byte that goes in`);
    }
  };
  for await (const frame of decodingAhead(readFrames(feed, limits, compute, lease, walk.earlier), compute.parallelism + 1)) {
    walk.offset = frame.start;
    walk.table = undefined;
    if (frame.kind === 'skippable') {
      walk.skippable++;
      walk.table = frame.table;
      continue;
    }
    walk.frames++;
    if (!frame.header.checksum) walk.withoutChecksum++;
    const before = out;
    try {
      if (frame.kind === 'stored') {
        agree(frame.header, frame.size);
        grown(frame.size, frame.end);
        yield* frame.pieces;
      } else if (frame.kind === 'whole') {
        const content = await frame.content;
        agree(frame.header, content.length);
        grown(content.length, frame.end);
        yield content;
      } else {
        for await (const piece of streamFrame(frame.walk, (span) => lease.release(span))) {
          grown(piece.length, frame.start + frame.walk.bytes);
          yield piece;
        }
        agree(frame.header, out - before);
      }
    } finally {
      frame.release();
    }
    walk.sizes.push({ size: (frame.kind === 'streamed' ? frame.start + frame.walk.bytes : frame.end) - frame.start, contentSize: out - before });
  }
}

interface Skippable {
  readonly kind: 'skippable';
  readonly start: number;
  readonly table: Uint8Array | undefined;
}

interface FrameBase {
  readonly start: number;
  readonly header: FrameHeader;
  /** Nobody looks at the frame any more. */
  release(): void;
}

type Frame = FrameBase &
  (
    | { readonly kind: 'stored'; readonly pieces: readonly Uint8Array[]; readonly size: number; readonly end: number }
    | { readonly kind: 'whole'; readonly content: Promise<Uint8Array>; readonly end: number }
    | { readonly kind: 'streamed'; readonly walk: BlockWalk }
  );

/**
 * Pulls further frames while those pulled are being decoded, at most `most` at a time; frames that
 * need no decoding are not gathered, they would only take memory. A fault arrives in its place.
 */
async function* decodingAhead(frames: AsyncGenerator<Skippable | Frame>, most: number): AsyncGenerator<Skippable | Frame> {
  const pulled: (Skippable | Frame)[] = [];
  let over: { readonly fault?: unknown } | undefined;
  try {
    for (;;) {
      while (over === undefined && pulled.length < most && (pulled.at(-1)?.kind ?? 'whole') === 'whole') {
        try {
          const next = await frames.next();
          if (next.done === true) over = {};
          else pulled.push(next.value);
        } catch (fault) {
          over = { fault };
        }
      }
      const frame = pulled.shift();
      if (frame === undefined) break;
      yield frame;
    }
  } finally {
    await frames.return(undefined);
  }
  if (over !== undefined && 'fault' in over) throw over.fault;
}

/** Finds the frames and sets the decoding of those that can be held going, ahead of whoever takes them. */
async function* readFrames(feed: ByteFeed, limits: ReadLimits, compute: Compute, lease: ChunkLease, earlier: number): AsyncGenerator<Skippable | Frame> {
  for (let count = earlier; ; count++) {
    const start = feed.offset;
    const magic = Uint8Array.from(feed.takeNow(4) ?? (await feed.take(4)));
    if (magic.length === 0) return;
    const number = magic.length < 4 ? 0 : u32(magic);
    if (number !== frameMagic && !isSkippableMagic(number)) {
      throw new ContainerFault('ZSTD_TRAILING_BYTES', `bytes that are no zstd frame lie behind frame ${count}, at ${start}`);
    }
    if (count >= limits.maxFrames) throw new ContainerFault('LIMIT_FRAMES', `more than ${limits.maxFrames} zstd frames`);
    if (number !== frameMagic) {
      const size = u32(await exactly(feed, 4));
      const candidate = number === seekTableMagic && size <= 9 + 12 * (count + 1);
      const table = candidate ? Uint8Array.from(await exactly(feed, size)) : await skip(feed, size);
      yield { kind: 'skippable', start, table };
      continue;
    }
    const header = await readFrameHeader(feed, limits);
    const walk = new BlockWalk(feed, magic, header, (span) => lease.retain(span));
    while (!walk.ended && fits(walk)) await walk.block();
    if (walk.ended && fits(walk)) {
      yield held(start, feed.offset, walk, compute, lease);
      continue;
    }
    let left: () => void = () => undefined;
    const streamed = new Promise<void>((resolve) => {
      left = resolve;
    });
    yield { kind: 'streamed', start, header, walk, release: () => left() };
    await streamed;
    // Left before its end: nobody asks for more.
    if (!walk.ended) return;
  }
}

function fits(walk: BlockWalk): boolean {
  const most = walk.stored === undefined ? (walk.header.contentSize ?? walk.mostContent) : walk.storedBytes;
  return walk.bytes <= wholeFrameBytes && most <= wholeFrameBytes;
}

function held(start: number, end: number, walk: BlockWalk, compute: Compute, lease: ChunkLease): Frame {
  const { header } = walk;
  const spans = walk.takeSpans();
  const release = (): void => {
    for (const span of spans) lease.release(span);
  };
  if (walk.stored !== undefined) return { kind: 'stored', start, end, header, pieces: walk.stored, size: walk.storedBytes, release };
  const [only] = spans;
  const bytes = only !== undefined && spans.length === 1 ? only : Buffer.concat(spans);
  const content = decoded(bytes, header.contentSize ?? walk.mostContent, compute, lease).finally(release);
  content.catch(() => undefined); // awaited in its turn
  return { kind: 'whole', start, end, header, content, release: () => void content.then((result) => lease.release(result), () => undefined) };
}

async function decoded(frame: Uint8Array, most: number, compute: Compute, lease: ChunkLease): Promise<Uint8Array> {
  try {
    const content = await compute.decodeFrame(frame, most);
    lease.open(content, compute.recycle?.bind(compute));
    return content;
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    // The limit was what the frame itself promises, so it lied; a bomb is judged by `grown`.
    const code = error.code === 'LIMIT_EXPANSION' ? 'ZSTD_CONTENT_SIZE' : error.code;
    throw new ContainerFault(code, error.code === code ? error.message : `a zstd frame says it holds ${most} bytes, it holds more`);
  }
}

function agree(header: FrameHeader, bytes: number): void {
  if (header.contentSize !== undefined && header.contentSize !== bytes) {
    throw new ContainerFault('ZSTD_CONTENT_SIZE', `a zstd frame says it holds ${header.contentSize} bytes, it holds ${bytes}`);
  }
}

async function skip(feed: ByteFeed, length: number): Promise<undefined> {
  for (let left = length; left > 0; ) {
    const piece = feed.someNow(left) ?? (await feed.some(left));
    if (piece === undefined) throw new ContainerFault('ZSTD_TRUNCATED', 'the input ends inside a skippable frame');
    left -= piece.length;
  }
}

function u32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}
