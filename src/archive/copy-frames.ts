import type { RandomAccess } from './byte-sink.ts';
import { type EncodedRun, type PendingRun, pending } from './encoded-run.ts';
import type { FrameMemory } from './frame-memory.ts';
import type { FrameSizes } from './seek-table-write.ts';
import { requireFrames } from './walk-frame.ts';

/** Frames of one file's content (with its tar padding) that lie one after another in an archive. */
export interface ExistingFrames {
  readonly archive: RandomAccess;
  /** Where the first one begins. */
  readonly offset: number;
  readonly frames: readonly FrameSizes[];
}

/** Bytes copied at once. */
const copyBytes = 8 * 2 ** 20;

/** Frames as they are, a few at a time. @throws ArchiveError ZSTD_SEEK_TABLE, ZSTD_TRUNCATED where they are others */
export async function* copyFrames(
  { archive, offset, frames }: ExistingFrames,
  memory: FrameMemory,
): AsyncGenerator<PendingRun> {
  let start = offset;
  let batch: FrameSizes[] = [];
  let bytes = 0;
  const take = (): PendingRun => {
    const taken = pending(readRun(archive, start, bytes, batch, memory));
    start += bytes;
    batch = [];
    bytes = 0;
    return taken;
  };
  for (const frame of frames) {
    if (batch.length > 0 && bytes + frame.size > copyBytes) yield take();
    batch.push(frame);
    bytes += frame.size;
  }
  if (batch.length > 0) yield take();
}

async function readRun(
  archive: RandomAccess,
  start: number,
  length: number,
  frames: readonly FrameSizes[],
  memory: FrameMemory,
): Promise<EncodedRun> {
  const buffer = archive.readInto === undefined ? undefined : memory.take(length);
  const content =
    buffer === undefined
      ? await archive.read(start, length)
      : await archive.readInto?.(start, buffer.subarray(0, length));
  requireFrames(content ?? new Uint8Array(0), frames, start);
  return {
    pieces: [content ?? new Uint8Array(0)],
    frames,
    ...(buffer === undefined ? {} : { release: () => memory.giveBack(buffer) }),
  };
}
