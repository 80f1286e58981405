import { ByteFeed } from './byte-feed.ts';
import { ChunkLease } from './chunk-lease.ts';
import type { ChunkSource } from './chunk-source.ts';
import type { Compute } from './compute.ts';
import { decodeFrames, FrameWalk } from './decode-frames.ts';
import type { FrameFacts } from './frame-facts.ts';
import type { ReadLimits } from './read-limits.ts';
import { EntryReader } from './survey-entry.ts';
import { readWhole, type SurveyedTar } from './survey-tar.ts';

/** Frames of an archive that are read apart from the others. */
export interface SectionPlace {
  /** Number of frames before. */
  readonly first: number;
  /** Offset in the file. */
  readonly start: number;
  /** Offset behind its last byte. */
  readonly end: number;
}

/** What reading a section gave. */
export interface SurveyedSection {
  readonly walk: FrameFacts;
  readonly tar: SurveyedTar;
  /** Bytes of the tar. */
  readonly tarSize: number;
  /** Bytes of contents kept. */
  readonly retained: number;
}

/** Reads the frames of a section as a reader does who goes front to back, from its first byte to its last. */
export async function surveySection(
  chunks: ChunkSource,
  first: number,
  limits: ReadLimits,
  compute: Compute,
): Promise<SurveyedSection> {
  const lease = new ChunkLease();
  const giveBack =
    chunks.recycle === undefined ? undefined : (chunk: Uint8Array) => chunks.recycle?.(chunk);
  async function* lent(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      lease.open(chunk, giveBack);
      yield chunk;
    }
  }
  const feed = new ByteFeed(lent(), (chunk) => lease.release(chunk));
  try {
    const walk = new FrameWalk(first);
    const bytes = new ByteFeed(decodeFrames(feed, limits, compute, walk, lease));
    const reader = new EntryReader(limits, compute, lease);
    const tar = await readWhole(bytes, () => walk.offset, limits, reader);
    return { walk, tar, tarSize: bytes.offset, retained: reader.retained };
  } finally {
    await feed.close();
  }
}
