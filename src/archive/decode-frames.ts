import type { ByteFeed } from './byte-feed.ts';
import { ChunkLease } from './chunk-lease.ts';
import type { Compute } from './compute.ts';
import { ContainerFault } from './container-fault.ts';
import type { FrameFacts } from './frame-facts.ts';
import { type Frame, readFrames, type Skippable } from './read-frames.ts';
import type { ReadLimits } from './read-limits.ts';
import type { FrameSizes } from './seek-table-write.ts';
import { streamFrame } from './stream-frame.ts';
import type { FrameHeader } from './zstd-frames.ts';

/** Frames held for decoding at once, whatever the number of threads: this bounds the memory. */
const mostAhead = 3;
const expansionFloor = 64 * 2 ** 20;

/** Whether more came out than is allowed for what went in. */
export function expands(out: number, read: number, limits: ReadLimits): boolean {
  return out > expansionFloor && out > read * limits.maxExpansion;
}

/** What the walk over the frames learned so far. */
export class FrameWalk implements FrameFacts {
  frames = 0;
  skippable = 0;
  firstSkippable: number | undefined;
  withoutChecksum = 0;
  readonly sizes: FrameSizes[] = [];
  table: Uint8Array | undefined;
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
    if (expands(out, read, limits)) {
      throw new ContainerFault(
        'LIMIT_EXPANSION',
        `more than ${limits.maxExpansion} bytes come out of each byte that goes in`,
      );
    }
  };
  for await (const frame of decodingAhead(
    readFrames(feed, limits, compute, lease, walk.earlier),
    Math.min(compute.parallelism + 1, mostAhead),
  )) {
    walk.offset = frame.start;
    walk.table = undefined;
    if (frame.kind === 'skippable') {
      walk.skippable++;
      walk.firstSkippable ??= frame.start;
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
          // The decoder writes into the same memory until it is full, and then never again.
          const full = piece.byteOffset + piece.length === piece.buffer.byteLength;
          if (full) lease.open(piece, compute.recycle?.bind(compute));
          yield piece;
          if (full) lease.release(piece);
        }
        agree(frame.header, out - before);
      }
    } finally {
      frame.release();
    }
    walk.sizes.push({
      size: (frame.kind === 'streamed' ? frame.start + frame.walk.bytes : frame.end) - frame.start,
      contentSize: out - before,
    });
  }
}

/**
 * Pulls further frames while those pulled are being decoded, at most `most` at a time; frames that
 * need no decoding are not gathered, they would only take memory. A fault arrives in its place.
 */
async function* decodingAhead(
  frames: AsyncGenerator<Skippable | Frame>,
  most: number,
): AsyncGenerator<Skippable | Frame> {
  const pulled: (Skippable | Frame)[] = [];
  let over: { readonly fault?: unknown } | undefined;
  try {
    for (;;) {
      while (
        over === undefined &&
        pulled.length < most &&
        (pulled.at(-1)?.kind ?? 'whole') === 'whole'
      ) {
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

function agree(header: FrameHeader, bytes: number): void {
  if (header.contentSize !== undefined && header.contentSize !== bytes) {
    throw new ContainerFault(
      'ZSTD_CONTENT_SIZE',
      `a zstd frame says it holds ${header.contentSize} bytes, it holds ${bytes}`,
    );
  }
}
