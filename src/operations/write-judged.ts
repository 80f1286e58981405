import type { ChunkSource } from '../archive/chunk-source.ts';
import { WrittenChunks } from '../archive/written-chunks.ts';

/**
 * Writes an archive and judges it in one go: the judge sees the memory that goes to the disk. Ends when
 * both are done; where either fails the other is stopped, and the writer's error is the one that counts.
 */
export async function writeJudged<Written, Report>(
  write: (reader: WrittenChunks) => Promise<Written>,
  judge: (content: ChunkSource, written: Promise<Written>) => Promise<Report>,
): Promise<{ readonly written: Written; readonly report: Report }> {
  const reader = new WrittenChunks();
  const writing = write(reader);
  const watched = writing.then(
    () => reader.end(),
    (error: unknown) => reader.fail(error),
  );
  // A judge that has seen enough keeps nobody waiting.
  const judging = judge(reader, writing).finally(() => reader.leave());
  judging.catch(() => undefined); // awaited below
  try {
    const written = await writing;
    return { written, report: await judging };
  } catch (error) {
    await Promise.allSettled([watched, judging]);
    throw error;
  }
}
