import { type Digest, digestFromHex } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';
import { ByteFeed } from './byte-feed.ts';
import { ChunkLease } from './chunk-lease.ts';
import type { ChunkSource } from './chunk-source.ts';
import type { Compute } from './compute.ts';
import { decodeFrames, FrameWalk } from './decode-frames.ts';
import type { FrameFacts } from './frame-facts.ts';
import type { ReadLimits } from './read-limits.ts';
import { recognise } from './recognise.ts';
import { isSeekTable, tableAgrees } from './seek-table-read.ts';
import type { Survey } from './survey.ts';
import { EntryReader, LeasedHash } from './survey-entry.ts';
import { readWhole } from './survey-tar.ts';
import type { SurveyedTar } from './surveyed-tar.ts';

/** An archive to be surveyed. */
export interface ArchiveInput {
  /** Pass on what `OpenArchive.chunks` gave: wrapped, it can be read in one go only and its memory is not used again. */
  readonly chunks: ChunkSource;
  /** Told how many bytes were read so far. */
  readonly onBytes?: (read: number) => void;
}

/**
 * Surveys an archive on the calling thread, from its first byte to its last.
 * @throws ArchiveError ARCHIVE_EMPTY, ARCHIVE_UNRECOGNISED
 */
export async function surveyFrontToBack(
  { chunks, onBytes }: ArchiveInput,
  limits: ReadLimits,
  wholeDigest: boolean,
  compute: Compute,
  run: Run,
): Promise<Survey> {
  const lease = new ChunkLease();
  const whole = wholeDigest ? new LeasedHash(compute.hash(), lease) : undefined;
  const giveBack =
    chunks.recycle === undefined ? undefined : (chunk: Uint8Array) => chunks.recycle?.(chunk);
  let read = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      run.signal.throwIfAborted();
      lease.open(chunk, giveBack);
      await whole?.update(chunk);
      yield chunk;
      read += chunk.length;
      onBytes?.(read);
    }
  }
  const feed = new ByteFeed(counted(), (chunk) => lease.release(chunk));
  let digest: Digest | undefined;
  try {
    const zstd = recognise(await feed.peek(512));
    const walk = zstd ? new FrameWalk() : undefined;
    const tar =
      walk === undefined ? feed : new ByteFeed(decodeFrames(feed, limits, compute, walk, lease));
    const place = (): number => walk?.offset ?? tar.offset;
    const reader = new EntryReader(limits, compute, lease);
    const seen = await readWhole(tar, place, limits, reader);
    if (whole !== undefined && !isFatal(seen)) digest = digestFromHex(await whole.digest());
    return surveyOf({ walk, seen, tarSize: tar.offset, read: feed.offset, digest });
  } finally {
    if (digest === undefined) whole?.abandon();
    await feed.close();
  }
}

/** Whether the reading had to end before the end. */
export function isFatal({ problems }: Pick<SurveyedTar, 'problems'>): boolean {
  return problems.some((problem) => problem.fatal);
}

/** What was seen from front to back, as one survey. */
export function surveyOf({
  walk,
  seen,
  tarSize,
  read,
  digest,
}: {
  /** Undefined for a plain tar. */
  readonly walk: FrameFacts | undefined;
  readonly seen: SurveyedTar;
  /** Bytes of the tar that were read. */
  readonly tarSize: number;
  /** Bytes of the input that were read; of no meaning after a fatal problem. */
  readonly read: number;
  /** Of the whole input. */
  readonly digest: Digest | undefined;
}): Survey {
  const problems = [...seen.problems];
  const fatal = isFatal(seen);
  const { table, sizes = [], skippable = 0, offset = tarSize } = walk ?? {};
  const agrees = table !== undefined && isSeekTable(table) ? tableAgrees(table, sizes) : undefined;
  if (agrees === false)
    problems.push({
      code: 'ZSTD_SEEK_TABLE',
      message: 'the seek table disagrees with the frames',
      offset,
      fatal: false,
    });
  const hidden = skippable - (agrees === undefined ? 0 : 1);
  if (hidden > 0)
    problems.push({
      code: 'ZSTD_HIDDEN_BYTES',
      message: `readers pass over ${hidden} skippable frame${hidden === 1 ? '' : 's'}, and none of these is the seek table`,
      offset: walk?.firstSkippable ?? 0,
      fatal: false,
    });
  return {
    container: {
      compression: walk === undefined ? 'none' : 'zstd',
      size: fatal ? offset : read,
      tarSize,
      ...(digest === undefined || fatal ? {} : { digest }),
      frames: walk?.frames ?? 0,
      skippableFrames: skippable,
      framesWithoutChecksum: walk?.withoutChecksum ?? 0,
      seekTable: agrees === undefined ? 'absent' : agrees ? 'agrees' : 'disagrees',
      endBlocks: seen.endBlocks,
      problems,
    },
    entries: seen.found.map(({ entry, body }) => ({ ...entry, ...body })),
  };
}
