import type { Run } from '../support/run.ts';
import type { RandomAccess } from './byte-sink.ts';
import { ChunkLease } from './chunk-lease.ts';
import type { Compute } from './compute.ts';
import { FrameFeed, RangeFeed, type SkippingReader } from './frame-feed.ts';
import { smallFileBytes } from './frame-plan.ts';
import type { ReadLimits } from './read-limits.ts';
import { recognise } from './recognise.ts';
import { readSeekTable } from './seek-table-read.ts';
import type { Survey } from './survey.ts';
import { EntryReader } from './survey-entry.ts';
import { surveyTar } from './survey-tar.ts';

/** The largest frame that is decoded to read a header inside it. */
const maxFrameBytes = 16 * 2 ** 20;
const document = /(^|\/)[^/]+\.(ya?ml|json|txt|sig)$/;

/** Which contents are read besides those that lie in one frame with their headers. */
export interface LeadingEntriesOptions {
  /** Asked for files of more than 128 KiB, up to `limits.maxRetainedEntryBytes`; default those that are documents by their names. */
  readonly wants?: (file: { readonly path: string; readonly size: number }) => boolean;
}

/**
 * All entries of an archive with names and sizes, and the contents of the small ones, by jumping
 * over the large contents: in an archive with a seek table, or a plain tar. Takes a moment at any
 * size. The result has the shape of a survey whose container is `unproven`: entries that were
 * skipped have neither digest nor head, and nothing else was verified either.
 *
 * Undefined where this cannot be done or anything at all does not fit (no table, a table that lies,
 * damage): survey the archive instead, which says what is wrong.
 * @throws ArchiveError ARCHIVE_EMPTY, ARCHIVE_UNRECOGNISED
 */
export async function readLeadingEntries(
  archive: RandomAccess,
  limits: ReadLimits,
  compute: Compute,
  run: Run,
  options: LeadingEntriesOptions = {},
): Promise<Survey | undefined> {
  const wants = options.wants ?? (({ path }) => document.test(path));
  const zstd = recognise(await archive.read(0, 512));
  const frames = zstd ? await readSeekTable(archive, limits) : [];
  if (
    frames?.every(
      (frame) => frame.contentSize <= maxFrameBytes && frame.size <= 2 * maxFrameBytes,
    ) !== true
  )
    return undefined;
  const tar: SkippingReader = zstd
    ? new FrameFeed(archive, frames, limits, compute)
    : new RangeFeed(archive);
  const reader = new EntryReader(limits, compute, new ChunkLease());
  const seen = await surveyTar(
    tar,
    () => tar.offset,
    limits,
    async (entry, body) => {
      run.signal.throwIfAborted();
      const small = entry.size <= smallFileBytes;
      const wanted =
        small ||
        (entry.type === 'file' &&
          entry.size <= limits.maxRetainedEntryBytes &&
          wants({ path: entry.name, size: entry.size }));
      if (wanted) await reader.read(entry, body);
      else tar.skip(entry.size + ((512 - (entry.size % 512)) % 512));
    },
  );
  await reader.finish();
  const tarSize = zstd ? frames.reduce((sum, frame) => sum + frame.contentSize, 0) : archive.size;
  // Skipping beyond the end is not noticed on the way.
  if (tar.offset !== tarSize || seen.problems.some((problem) => problem.fatal)) return undefined;
  return {
    container: {
      compression: zstd ? 'zstd' : 'none',
      size: archive.size,
      tarSize,
      frames: frames.length,
      skippableFrames: zstd ? 1 : 0,
      framesWithoutChecksum: 0,
      seekTable: zstd ? 'agrees' : 'absent',
      endBlocks: seen.endBlocks,
      problems: seen.problems.map(({ offset: _, ...problem }) => problem),
      unproven: true,
    },
    entries: seen.found.map(({ entry, body }) => ({ ...entry, ...body })),
  };
}
