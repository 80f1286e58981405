import { ArchiveError, type ArchiveErrorCode } from '../archive/archive-error.ts';
import type { Compute } from '../archive/compute.ts';
import type { Survey } from '../archive/survey.ts';
import type { PartsFacts } from '../checks/parts-facts.ts';
import type { Digest } from '../oci/digest.ts';
import {
  type ArchiveSource,
  ArchiveSourceError,
  type OpenArchive,
} from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import { refuseSplitPart } from '../zarf/split-part.ts';
import { findDamage, oddSizes } from './find-damage.ts';
import { hashChunks } from './hash-chunks.ts';
import type { PartSet } from './locate-parts.ts';
import { countOf, readPartSet, type SplitArchive } from './read-part-set.ts';

/** What a pass over an archive learns that cannot be read: nothing, and why. */
function surveyOfUnread(
  { set, size }: SplitArchive,
  code: ArchiveErrorCode,
  message: string,
): Survey {
  return {
    container: {
      compression: set.stem.endsWith('.zst') ? 'zstd' : 'none',
      size,
      tarSize: 0,
      frames: 0,
      skippableFrames: 0,
      framesWithoutChecksum: 0,
      seekTable: 'absent',
      endBlocks: 0,
      problems: [{ code, message, fatal: true }],
    },
    entries: [],
  };
}

/** Nothing of parts that cannot be read as one archive: its name and size are known. */
function unopened({ set, size }: SplitArchive): OpenArchive {
  return {
    location: set.location,
    fileName: set.stem,
    size,
    chunks: () => noChunks(),
    ranges: undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function* noChunks(): AsyncGenerator<Uint8Array> {
  // There is nothing that could be read as one archive.
}

/** An archive that was opened, in one piece or in parts. */
export interface OpenedArchive extends AsyncDisposable {
  readonly archive: OpenArchive;
  /** Set where it lies in parts. */
  readonly split: SplitArchive | undefined;
  /** Runs a pass over the archive. Parts that cannot be read as one, or not at all, are a finding and no exception. */
  survey(read: () => Promise<Survey>): Promise<Survey>;
  /** Facts about the parts; undefined for an archive in one piece. */
  parts(digest: Digest | undefined, compute: Compute): Promise<PartsFacts | undefined>;
}

/**
 * Opens an archive, whether it lies in one piece or in parts.
 * @throws ArchiveSourceError, SplitPartError ARCHIVE_SPLIT_PART: one part named without the others
 */
export async function openArchive(
  request: { readonly location: string; readonly fileName?: string; readonly parts?: PartSet },
  source: ArchiveSource,
  run: Run,
): Promise<OpenedArchive> {
  if (request.parts === undefined) {
    const archive = await source.open(request.location, run);
    try {
      refuseSplitPart(request.fileName ?? archive.fileName);
    } catch (error) {
      await archive[Symbol.asyncDispose]();
      throw error;
    }
    return {
      archive,
      split: undefined,
      survey: (read) => named(archive, read),
      parts: () => Promise.resolve(undefined),
      [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
    };
  }
  const split = await readPartSet(request.parts, source, run);
  const { readable } = split;
  const archive =
    readable === undefined
      ? unopened(split)
      : await source.openParts(split.set.location, readable, run);
  return {
    archive,
    split,
    survey: async (read) => {
      if (readable === undefined)
        return surveyOfUnread(split, 'ARCHIVE_PARTS_INCOMPLETE', whyUnreadable(split));
      try {
        return await read();
      } catch (error) {
        run.signal.throwIfAborted();
        if (error instanceof ArchiveError) return surveyOfUnread(split, error.code, error.message);
        if (error instanceof ArchiveSourceError && error.code === 'ARCHIVE_UNREADABLE')
          return surveyOfUnread(split, 'ARCHIVE_PARTS_INCOMPLETE', error.message);
        throw error;
      }
    },
    parts: async (digest, compute) =>
      gatherParts(
        split,
        digest ?? (await digestOfParts(split, archive, compute, run)),
        source,
        run,
      ),
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  };
}

/** What is no archive says so by its name: several may be judged in one run. */
async function named(archive: OpenArchive, read: () => Promise<Survey>): Promise<Survey> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ArchiveError) || !/^ARCHIVE_(EMPTY|UNRECOGNISED)$/.test(error.code))
      throw error;
    const name = archive.fileName === undefined ? 'standard input' : archive.location;
    const { code, message, suggestions } = error;
    throw new ArchiveError(code, message.replace(/^the input\b/, name), {
      cause: error.cause,
      suggestions,
    });
  }
}

function whyUnreadable({ header, missing, parts }: SplitArchive): string {
  const why =
    countOf(header) === undefined
      ? 'their header is missing or says nothing'
      : missing.length > 0
        ? `missing: ${listed(missing.map(({ number }) => number))}`
        : `there more than once: ${listed(parts.filter(({ places }) => places.length > 1).map(({ number }) => number))}`;
  return `the parts cannot be read as one archive: ${why}`;
}

function listed(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 10).map((number) => `part ${number}`);
  const more = numbers.length > shown.length ? ` and ${numbers.length - shown.length} more` : '';
  return `${shown.join(', ')}${more}`;
}

/** Where the archive is bad, its parts may still be what was cut: then bringing them over again helps nobody. */
async function digestOfParts(
  { readable }: SplitArchive,
  archive: OpenArchive,
  compute: Compute,
  run: Run,
): Promise<Digest | undefined> {
  if (readable === undefined) return undefined;
  try {
    return (await hashChunks(archive.chunks(run), compute)).digest;
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof ArchiveSourceError && error.code === 'ARCHIVE_UNREADABLE')
      return undefined;
    throw error;
  }
}

/**
 * Everything the check over parts may know. Where the whole is not what the header says, the parts are
 * read once more, piece by piece, to name the bad ones.
 * @param digest of the whole; undefined where it could not be read
 */
async function gatherParts(
  split: SplitArchive,
  digest: Digest | undefined,
  source: ArchiveSource,
  run: Run,
): Promise<PartsFacts> {
  const { set, header, manifest, manifestFact, parts, missing, size } = split;
  const good = typeof header === 'object' && 'digest' in header && header.digest === digest;
  const found = good
    ? []
    : await findDamage({ parts, manifest, unread: split.readable !== undefined }, source, run);
  const named = found.length > 0 || manifest !== undefined || missing.length > 0;
  return {
    stem: set.stem,
    header,
    parts,
    missing,
    strange: set.strange,
    manifest: manifestFact,
    digest,
    size,
    damage: named || good ? found : oddSizes(parts, header),
  };
}
