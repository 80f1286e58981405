import type { RandomAccess } from './byte-sink.ts';
import { inThreadCompute } from './compute-in-thread.ts';
import { ContainerFault } from './container-fault.ts';
import { expands } from './decode-frames.ts';
import { PathSet } from './entry-path.ts';
import type { FileSurveys, SurveyWatch } from './file-surveys.ts';
import { FrameFeed } from './frame-feed.ts';
import type { OpenFiles } from './open-files.ts';
import type { ReadLimits } from './read-limits.ts';
import { tableAgrees } from './seek-table-read.ts';
import type { FrameSizes } from './seek-table-write.ts';
import type { Survey } from './survey.ts';
import { mostNested } from './survey-entry.ts';
import { judgeName } from './survey-tar.ts';
import type { SectionPlace, SurveyedSection } from './surveyed-tar.ts';
import { readTarHeader } from './tar-header.ts';

/** Frames that can begin with a header are small; larger ones hold content alone. */
const mostHeaderFrame = 2 * 2 ** 20;
/** Sections for each thread: the last ones to end leave others idle for a short while only. */
const sectionsEach = 8;
/** A section shorter than this costs more to hand over than it evens out. */
const leastSectionBytes = 8 * 2 ** 20;
/** Frames looked at for places to cut, in all. */
const mostTries = 200;

interface Section extends SectionPlace {
  /** Offset in what the frames decode to. */
  readonly content: number;
}

/** A file with a seek table. */
export interface TabledFiles {
  readonly files: OpenFiles;
  readonly ranges: RandomAccess;
  readonly table: readonly FrameSizes[];
}

/**
 * Surveys sections of an archive at once, cut where its seek table shows frames that begin with a
 * tar header. The table is believed in nothing: every section is walked frame by frame, has to end
 * exactly where the next begins, and between two entries. So what is found is what a reader sees
 * who goes front to back. Undefined where there are no two places to cut at, or where anything at all
 * is out of order: then only going front to back tells what.
 * @throws what the files say of a read that failed, and of files that changed meanwhile
 */
export async function surveySideBySide(
  { files, ranges, table }: TabledFiles,
  surveys: FileSurveys,
  limits: ReadLimits,
  watch: SurveyWatch,
  leastBytes = leastSectionBytes,
): Promise<Survey | undefined> {
  if (surveys.parallelism < 2) return undefined;
  const sections = await cut(table, surveys.parallelism, ranges, limits, leastBytes);
  if (sections.length < 2) return undefined;
  const parts = await surveys.sections(
    files,
    sections,
    limits,
    (part, index) => isWhole(part, sections[index], sections[index + 1]),
    watch,
  );
  if (parts === undefined) return undefined;
  await files.unchanged();
  return joined(parts, ranges.size, limits);
}

/** Nothing is wrong with a section, and it ends where the next one begins. */
function isWhole(
  { tar, tarSize }: SurveyedSection,
  own: Section | undefined,
  next: Section | undefined,
): boolean {
  if (own === undefined) return false;
  if (next === undefined) return tar.problems.length === 0;
  const open = tar.problems.every((problem) => problem.code === 'TAR_END_MISSING');
  return open && tar.endBlocks === 0 && own.content + tarSize === next.content;
}

/** The sections as one survey, if they keep the limits together. */
function joined(
  parts: readonly SurveyedSection[],
  size: number,
  limits: ReadLimits,
): Survey | undefined {
  const sum = (of: (part: SurveyedSection) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  const table = parts.at(-1)?.walk.table;
  const sizes = parts.flatMap((part) => part.walk.sizes);
  const kept =
    sum((part) => part.tar.headers) <= limits.maxEntries &&
    sum((part) => part.walk.frames + part.walk.skippable) <= limits.maxFrames &&
    sum((part) => part.retained) <= limits.maxRetainedBytes &&
    sum((part) => part.nested) <= mostNested(limits) &&
    !growsTooMuch(sizes, limits);
  // Skippable frames but the table are told about by the other way of reading.
  const skippable = sum((part) => part.walk.skippable);
  if (
    !kept ||
    skippable !== 1 ||
    table === undefined ||
    !tableAgrees(table, sizes) ||
    !namesFit(parts)
  )
    return undefined;
  return {
    container: {
      compression: 'zstd',
      size,
      tarSize: sum((part) => part.tarSize),
      frames: sum((part) => part.walk.frames),
      skippableFrames: skippable,
      framesWithoutChecksum: sum((part) => part.walk.withoutChecksum),
      seekTable: 'agrees',
      endBlocks: parts.at(-1)?.tar.endBlocks ?? 0,
      problems: [],
    },
    entries: parts.flatMap((part) =>
      part.tar.found.map(({ entry, body }) => ({ ...entry, ...body })),
    ),
  };
}

/** Whether more came out of the frames up to any of them than is allowed for what went in. */
function growsTooMuch(frames: readonly FrameSizes[], limits: ReadLimits): boolean {
  let read = 0;
  let out = 0;
  return frames.some(({ size, contentSize }) => {
    read += size;
    out += contentSize;
    return expands(out, read, limits);
  });
}

/** No name clashes with one of another section. */
function namesFit(parts: readonly SurveyedSection[]): boolean {
  const paths = new PathSet();
  let fits = true;
  try {
    for (const { tar } of parts) {
      for (const { entry } of tar.found) {
        judgeName({ ...entry, nameIsUtf8: true }, paths, () => {
          fits = false;
        });
      }
    }
  } catch (error) {
    if (error instanceof ContainerFault) return false;
    throw error;
  }
  return fits;
}

/**
 * Sections of about the same size, several for each thread, and large contents by themselves: one
 * content is hashed by one thread, so the longest decides when all are done.
 */
async function cut(
  frames: readonly FrameSizes[],
  threads: number,
  archive: RandomAccess,
  limits: ReadLimits,
  leastBytes: number,
): Promise<readonly Section[]> {
  const places: { first: number; start: number; content: number }[] = [];
  let start = 0;
  let content = 0;
  for (const [first, frame] of frames.entries()) {
    // Its size too is only what the table says: no more than that is read to look into it.
    if (
      first > 0 &&
      frame.contentSize >= 512 &&
      frame.contentSize <= mostHeaderFrame &&
      frame.size <= 2 * mostHeaderFrame
    )
      places.push({ first, start, content });
    start += frame.size;
    content += frame.contentSize;
  }
  const target = Math.max(leastBytes, archive.size / (threads * sectionsEach));
  const cuts: (typeof places)[number][] = [{ first: 0, start: 0, content: 0 }];
  let tries = 0;
  for (const [index, place] of places.entries()) {
    const before = place.start - (cuts.at(-1)?.start ?? 0);
    const behind = (places[index + 1]?.start ?? start) - place.start;
    if (before < target && (behind < target || before < leastBytes)) continue;
    const frame = frames[place.first];
    if (++tries > mostTries) break;
    if (frame !== undefined && (await beginsWithHeader(archive, place.start, frame, limits)))
      cuts.push(place);
  }
  return cuts.map((each, index) => ({ ...each, end: cuts[index + 1]?.start ?? archive.size }));
}

async function beginsWithHeader(
  archive: RandomAccess,
  start: number,
  frame: FrameSizes,
  limits: ReadLimits,
): Promise<boolean> {
  const shifted: RandomAccess = {
    size: frame.size,
    read: (offset, length) => archive.read(start + offset, length),
  };
  try {
    const block = await new FrameFeed(shifted, [frame], limits, inThreadCompute()).take(512);
    if (block.length < 512 || block.every((byte) => byte === 0)) return false;
    readTarHeader(block);
    return true;
  } catch (error) {
    if (error instanceof ContainerFault) return false;
    throw error;
  }
}
