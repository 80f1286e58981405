import { type Digest, digestFromHex } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';
import { ByteFeed } from './byte-feed.ts';
import { ChunkLease } from './chunk-lease.ts';
import type { ChunkSource } from './chunk-source.ts';
import type { Compute } from './compute.ts';
import { decodeFrames, FrameWalk } from './decode-frames.ts';
import type { ReadLimits } from './read-limits.ts';
import { recognise } from './recognise.ts';
import { isSeekTable, tableAgrees } from './seek-table-read.ts';
import type { Survey } from './survey.ts';
import { EntryReader, LeasedHash } from './survey-entry.ts';
import { surveySideBySide } from './survey-side-by-side.ts';
import { readWhole } from './survey-tar.ts';

/** An archive to be surveyed. */
export interface ArchiveInput {
  /** Pass on what `OpenArchive.chunks` gave: wrapped, it can be read in one go only and its memory is not used again. */
  readonly chunks: ChunkSource;
  /** Told how many bytes were read so far. */
  readonly onBytes?: (read: number) => void;
}

/**
 * Reads an archive once and reports all it saw. Hostile bytes become problems, never exceptions.
 * The result depends on the bytes alone, not on how they were cut into chunks; after a fatal problem
 * `container.size` counts the bytes up to where the frame (or, in a plain tar, the place) concerned begins.
 *
 * Without the digest of the whole, parts of the archive are read side by side where the source and a
 * seek table allow it and nothing is wrong with the archive; else it is read front to back.
 * @throws ArchiveError ARCHIVE_EMPTY, ARCHIVE_UNRECOGNISED when the first bytes are no archive
 */
export async function surveyArchive(
  input: ArchiveInput,
  limits: ReadLimits,
  options: { readonly wholeDigest: boolean },
  compute: Compute,
  run: Run,
): Promise<Survey> {
  const quick = options.wholeDigest
    ? undefined
    : await surveySideBySide(input.chunks, limits, compute, run, input.onBytes);
  return quick ?? frontToBack(input, limits, options.wholeDigest, compute, run);
}

async function frontToBack(
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
    const walk = new FrameWalk();
    const tar = zstd ? new ByteFeed(decodeFrames(feed, limits, compute, walk, lease)) : feed;
    const place = (): number => (zstd ? walk.offset : tar.offset);
    const reader = new EntryReader(limits, compute, lease);
    const seen = await readWhole(tar, place, limits, reader);
    const { problems } = seen;
    const fatal = problems.some((problem) => problem.fatal);
    const agrees =
      walk.table !== undefined && isSeekTable(walk.table)
        ? tableAgrees(walk.table, walk.sizes)
        : undefined;
    if (agrees === false)
      problems.push({
        code: 'ZSTD_SEEK_TABLE',
        message: 'the seek table disagrees with the frames',
        offset: walk.offset,
        fatal: false,
      });
    const hidden = walk.skippable - (agrees === undefined ? 0 : 1);
    if (hidden > 0)
      problems.push({
        code: 'ZSTD_HIDDEN_BYTES',
        message: `readers pass over ${hidden} skippable frame${hidden === 1 ? '' : 's'}, and none of these is the seek table`,
        offset: walk.firstSkippable ?? 0,
        fatal: false,
      });
    if (whole !== undefined && !fatal) digest = digestFromHex(await whole.digest());
    return {
      container: {
        compression: zstd ? 'zstd' : 'none',
        size: fatal ? place() : feed.offset,
        tarSize: tar.offset,
        ...(digest === undefined ? {} : { digest }),
        frames: walk.frames,
        skippableFrames: walk.skippable,
        framesWithoutChecksum: walk.withoutChecksum,
        seekTable: agrees === undefined ? 'absent' : agrees ? 'agrees' : 'disagrees',
        endBlocks: seen.endBlocks,
        problems,
      },
      entries: seen.found.map(({ entry, body }) => ({ ...entry, ...body })),
    };
  } finally {
    if (digest === undefined) whole?.abandon();
    await feed.close();
  }
}
