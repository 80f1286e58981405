import type { Run } from '../support/run.ts';
import { ByteFeed } from './byte-feed.ts';
import type { RandomAccess } from './byte-sink.ts';
import { ChunkLease } from './chunk-lease.ts';
import type { ChunkSource } from './chunk-source.ts';
import type { Compute } from './compute.ts';
import { ContainerFault } from './container-fault.ts';
import { decodeFrames, FrameWalk } from './decode-frames.ts';
import { PathSet } from './entry-path.ts';
import { FrameFeed } from './frame-feed.ts';
import type { ReadLimits } from './read-limits.ts';
import { readSeekTable, tableAgrees } from './seek-table-read.ts';
import type { FrameSizes } from './seek-table-write.ts';
import type { Survey } from './survey.ts';
import { EntryReader } from './survey-entry.ts';
import { judgeName, readWhole, type SurveyedTar } from './survey-tar.ts';
import { readTarHeader } from './tar-header.ts';

/** Below this many bytes, starting is dearer than what is saved. */
const worthwhileBytes = 64 * 2 ** 20;
/** Frames that can begin with a header are small; larger ones hold content alone. */
const mostHeaderFrame = 2 * 2 ** 20;
/** Sections at once, whatever the number of threads: each takes tens of megabytes. */
const mostSections = 2;
/** Places looked at for one cut. */
const mostTries = 4;

/** Part of an archive: frames from `first` on, and where they begin. */
interface Section {
  readonly first: number;
  /** Offset in the file. */
  readonly start: number;
  /** Offset in what the frames decode to. */
  readonly content: number;
}

/**
 * Surveys sections of an archive at once, cut where its seek table shows frames that begin with a
 * tar header. The table is believed in nothing: every section is walked frame by frame, has to end
 * exactly where the next begins, and between two entries. So what is found is what a reader sees
 * who goes front to back. Undefined where there is no such table, or the archive is small, or where
 * anything at all is out of order: then only going front to back tells what.
 */
export async function surveySideBySide(
  source: ChunkSource,
  limits: ReadLimits,
  compute: Compute,
  run: Run,
  onBytes?: (read: number) => void,
  leastBytes = worthwhileBytes,
): Promise<Survey | undefined> {
  const { ranges } = source;
  if (
    ranges === undefined ||
    source.part === undefined ||
    ranges.size < leastBytes ||
    compute.parallelism < 2
  )
    return undefined;
  const frames = await readSeekTable(ranges, limits);
  if (frames === undefined) return undefined;
  const most = Math.min(compute.parallelism, mostSections);
  const sections = await cut(frames, most, ranges, limits, compute);
  if (sections.length < 2) return undefined;
  let read = 0;
  const told = (bytes: number): void => {
    read += bytes;
    onBytes?.(read);
  };
  const stop = new AbortController();
  const signal = AbortSignal.any([run.signal, stop.signal]);
  const surveyed = await Promise.allSettled(
    sections.map(async (section, index) => {
      const next = sections[index + 1];
      try {
        const seen = await surveySection(
          source,
          section,
          next?.start ?? ranges.size,
          limits,
          compute,
          { ...run, signal },
          told,
        );
        if (isWhole(seen, next, section)) return seen;
        stop.abort();
        return undefined;
      } catch (error) {
        const stopped = stop.signal.aborted;
        // One section out of order makes the others' work worthless.
        stop.abort();
        if (stopped && !run.signal.aborted) return undefined;
        throw error;
      }
    }),
  );
  const parts: SurveyedSection[] = [];
  for (const each of surveyed) {
    if (each.status === 'rejected') throw each.reason;
    if (each.value !== undefined) parts.push(each.value);
  }
  return parts.length < sections.length ? undefined : joined(parts, ranges.size, limits);
}

interface SurveyedSection {
  readonly walk: FrameWalk;
  readonly tar: SurveyedTar;
  readonly tarSize: number;
  readonly retained: number;
}

async function surveySection(
  source: ChunkSource,
  { first, start }: Section,
  end: number,
  limits: ReadLimits,
  compute: Compute,
  run: Run,
  told: (bytes: number) => void,
): Promise<SurveyedSection> {
  const lease = new ChunkLease();
  const chunks = source.part?.(start, end) ?? source;
  const giveBack =
    chunks.recycle === undefined ? undefined : (chunk: Uint8Array) => chunks.recycle?.(chunk);
  async function* lent(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      run.signal.throwIfAborted();
      lease.open(chunk, giveBack);
      yield chunk;
      told(chunk.length);
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

/** Nothing is wrong with a section, and it ends where the next one begins. */
function isWhole(
  { tar, tarSize }: SurveyedSection,
  next: Section | undefined,
  own: Section,
): boolean {
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
  const tarSize = sum((part) => part.tarSize);
  const table = parts.at(-1)?.walk.table;
  const sizes = parts.flatMap((part) => part.walk.sizes);
  const kept =
    sum((part) => part.tar.headers) <= limits.maxEntries &&
    sum((part) => part.walk.frames + part.walk.skippable) <= limits.maxFrames &&
    sum((part) => part.retained) <= limits.maxRetainedBytes &&
    tarSize <= size * limits.maxExpansion;
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
      tarSize,
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

/** Sections of about the same size, as many as there are threads if the table offers places to cut. */
async function cut(
  frames: readonly FrameSizes[],
  most: number,
  archive: RandomAccess,
  limits: ReadLimits,
  compute: Compute,
): Promise<readonly Section[]> {
  const places: Section[] = [];
  let start = 0;
  let content = 0;
  for (const [first, frame] of frames.entries()) {
    if (first > 0 && frame.contentSize >= 512 && frame.contentSize <= mostHeaderFrame)
      places.push({ first, start, content });
    start += frame.size;
    content += frame.contentSize;
  }
  const sections: Section[] = [{ first: 0, start: 0, content: 0 }];
  for (let index = 1; index < most; index++) {
    const wanted = (content * index) / most;
    const after = sections.at(-1)?.first ?? 0;
    const nearest = places
      .filter((place) => place.first > after)
      .toSorted((a, b) => Math.abs(a.content - wanted) - Math.abs(b.content - wanted));
    for (const place of nearest.slice(0, mostTries)) {
      const frame = frames[place.first];
      if (frame === undefined || !(await beginsWithHeader(archive, place, frame, limits, compute)))
        continue;
      sections.push(place);
      break;
    }
  }
  return sections;
}

async function beginsWithHeader(
  archive: RandomAccess,
  place: Section,
  frame: FrameSizes,
  limits: ReadLimits,
  compute: Compute,
): Promise<boolean> {
  const shifted: RandomAccess = {
    size: frame.size,
    read: (offset, length) => archive.read(place.start + offset, length),
  };
  try {
    const block = await new FrameFeed(shifted, [frame], limits, compute).take(512);
    if (block.length < 512 || block.every((byte) => byte === 0)) return false;
    readTarHeader(block);
    return true;
  } catch (error) {
    if (error instanceof ContainerFault) return false;
    throw error;
  }
}
