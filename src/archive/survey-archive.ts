import type { Run } from '../support/run.ts';
import type { RandomAccess } from './byte-sink.ts';
import type { Compute } from './compute.ts';
import type { FileSurveys } from './file-surveys.ts';
import type { OpenFiles } from './open-files.ts';
import type { ReadLimits } from './read-limits.ts';
import { recognise } from './recognise.ts';
import { readSeekTable } from './seek-table-read.ts';
import type { Survey } from './survey.ts';
import { type ArchiveInput, surveyFrontToBack } from './survey-front-to-back.ts';
import { surveySideBySide } from './survey-side-by-side.ts';

/** Below this many bytes, starting threads is dearer than what they save. */
const worthwhileBytes = 24 * 2 ** 20;

/**
 * Reads an archive once and reports all it saw. Hostile bytes become problems, never exceptions.
 * The result depends on the bytes alone, not on how they were cut into chunks or who read them; after
 * a fatal problem `container.size` counts the bytes up to where the frame (or, in a plain tar, the
 * place) concerned begins.
 *
 * Files are read by threads, where there are any. Without the digest of the whole, parts of an archive
 * are read side by side where a seek table allows it and nothing is wrong with the archive; else it is
 * read front to back.
 * @throws ArchiveError ARCHIVE_EMPTY, ARCHIVE_UNRECOGNISED when the first bytes are no archive
 */
export async function surveyArchive(
  input: ArchiveInput,
  limits: ReadLimits,
  { wholeDigest }: { readonly wholeDigest: boolean },
  compute: Compute,
  run: Run,
): Promise<Survey> {
  const { files, ranges } = input.chunks;
  const { surveys } = compute;
  return files === undefined ||
    ranges === undefined ||
    surveys === undefined ||
    ranges.size < worthwhileBytes
    ? surveyFrontToBack(input, limits, wholeDigest, compute, run)
    : surveyFiles({ files, ranges }, surveys, input.onBytes, limits, wholeDigest, run);
}

async function surveyFiles(
  { files, ranges }: { readonly files: OpenFiles; readonly ranges: RandomAccess },
  surveys: FileSurveys,
  onBytes: ArchiveInput['onBytes'],
  limits: ReadLimits,
  wholeDigest: boolean,
  run: Run,
): Promise<Survey> {
  let read = 0;
  const watch = {
    signal: run.signal,
    onBytes(more: number): void {
      read += more;
      onBytes?.(read);
    },
  };
  run.signal.throwIfAborted();
  const zstd = recognise(await ranges.read(0, 512));
  const table = zstd ? await readSeekTable(ranges, limits) : undefined;
  if (table !== undefined && !wholeDigest) {
    const survey = await surveySideBySide({ files, ranges, table }, surveys, limits, watch);
    if (survey !== undefined) return survey;
    read = 0;
  }
  const content =
    table?.reduce((sum, frame) => sum + frame.contentSize, 0) ?? Number.POSITIVE_INFINITY;
  // Frames that a table lists and that hardly shrank are stored, most of them: nothing to decode.
  const decodeApart = zstd && content > 1.2 * ranges.size;
  return surveys.frontToBack(files, limits, { wholeDigest, decodeApart }, watch);
}
