import { ByteFeed } from './byte-feed.ts';
import { ChunkLease, leasedChunks } from './chunk-lease.ts';
import type { ChunkSource } from './chunk-source.ts';
import type { Compute } from './compute.ts';
import { decodeFrames, FrameWalk } from './decode-frames.ts';
import type { ReadLimits } from './read-limits.ts';
import { EntryReader } from './survey-entry.ts';
import { readWhole } from './survey-tar.ts';
import type { SurveyedSection } from './surveyed-tar.ts';

/** Reads the frames of a section as a reader does who goes front to back, from its first byte to its last. */
export async function surveySection(
  chunks: ChunkSource,
  first: number,
  limits: ReadLimits,
  compute: Compute,
): Promise<SurveyedSection> {
  const lease = new ChunkLease();
  const feed = new ByteFeed(leasedChunks(chunks, lease), (chunk) => lease.release(chunk));
  try {
    const walk = new FrameWalk(first);
    const bytes = new ByteFeed(decodeFrames(feed, limits, compute, walk, lease));
    const reader = new EntryReader(limits, compute, lease);
    const tar = await readWhole(bytes, () => walk.offset, limits, reader);
    const { retained, nested } = reader;
    return { walk, tar, tarSize: bytes.offset, retained, nested };
  } finally {
    await feed.close();
  }
}
