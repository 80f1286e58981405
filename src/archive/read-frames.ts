import { ArchiveError } from './archive-error.ts';
import type { ByteFeed } from './byte-feed.ts';
import type { ChunkLease } from './chunk-lease.ts';
import type { Compute } from './compute.ts';
import { ContainerFault } from './container-fault.ts';
import type { ReadLimits } from './read-limits.ts';
import {
  BlockWalk,
  exactly,
  type FrameHeader,
  frameMagic,
  isSkippableMagic,
  readFrameHeader,
  seekTableMagic,
} from './zstd-frames.ts';

/** Frames up to this size, compressed and decoded, are held whole and decoded side by side. */
const wholeFrameBytes = 16 * 2 ** 20;

export interface Skippable {
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

export type Frame = FrameBase &
  (
    | {
        readonly kind: 'stored';
        readonly pieces: readonly Uint8Array[];
        readonly size: number;
        readonly end: number;
      }
    | { readonly kind: 'whole'; readonly content: Promise<Uint8Array>; readonly end: number }
    | { readonly kind: 'streamed'; readonly walk: BlockWalk }
  );

/** Finds the frames and sets the decoding of those that can be held going, ahead of whoever takes them. */
export async function* readFrames(
  feed: ByteFeed,
  limits: ReadLimits,
  compute: Compute,
  lease: ChunkLease,
  earlier: number,
): AsyncGenerator<Skippable | Frame> {
  for (let count = earlier; ; count++) {
    const start = feed.offset;
    const magic = Uint8Array.from(feed.takeNow(4) ?? (await feed.take(4)));
    if (magic.length === 0) return;
    const number = magic.length < 4 ? 0 : u32(magic);
    if (number !== frameMagic && !isSkippableMagic(number)) {
      throw new ContainerFault(
        'ZSTD_TRAILING_BYTES',
        `bytes that are no zstd frame lie behind frame ${count}, at ${start}`,
      );
    }
    if (count >= limits.maxFrames)
      throw new ContainerFault('LIMIT_FRAMES', `more than ${limits.maxFrames} zstd frames`);
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
    walk.stopStoring();
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
  const most =
    walk.stored === undefined ? (walk.header.contentSize ?? walk.mostContent) : walk.storedBytes;
  return walk.bytes <= wholeFrameBytes && most <= wholeFrameBytes;
}

function held(
  start: number,
  end: number,
  walk: BlockWalk,
  compute: Compute,
  lease: ChunkLease,
): Frame {
  const { header } = walk;
  const spans = walk.takeSpans();
  const release = (): void => {
    for (const span of spans) lease.release(span);
  };
  if (walk.stored !== undefined)
    return {
      kind: 'stored',
      start,
      end,
      header,
      pieces: walk.stored,
      size: walk.storedBytes,
      release,
    };
  const [only] = spans;
  const bytes = only !== undefined && spans.length === 1 ? only : Buffer.concat(spans);
  const content = decoded(bytes, header.contentSize ?? walk.mostContent, compute, lease).finally(
    release,
  );
  content.catch(() => undefined); // awaited in its turn
  return {
    kind: 'whole',
    start,
    end,
    header,
    content,
    release: () =>
      void content.then(
        (result) => lease.release(result),
        () => undefined,
      ),
  };
}

async function decoded(
  frame: Uint8Array,
  most: number,
  compute: Compute,
  lease: ChunkLease,
): Promise<Uint8Array> {
  try {
    const content = await compute.decodeFrame(frame, most);
    lease.open(content, compute.recycle?.bind(compute));
    return content;
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    // The limit was what the frame itself promises, so it lied; a bomb is judged by `grown`.
    const code = error.code === 'LIMIT_EXPANSION' ? 'ZSTD_CONTENT_SIZE' : error.code;
    throw new ContainerFault(
      code,
      error.code === code
        ? error.message
        : `a zstd frame says it holds ${most} bytes, it holds more`,
    );
  }
}

async function skip(feed: ByteFeed, length: number): Promise<undefined> {
  for (let left = length; left > 0; ) {
    const piece = feed.someNow(left) ?? (await feed.some(left));
    if (piece === undefined)
      throw new ContainerFault('ZSTD_TRUNCATED', 'the input ends inside a skippable frame');
    left -= piece.length;
  }
}

function u32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}
