import { ArchiveError, type ArchiveErrorCode } from '../archive/archive-error.ts';
import type { Compute } from '../archive/compute.ts';
import {
  maxPartsManifestBytes,
  type PartsManifest,
  parsePartsManifest,
} from '../archive/parts-manifest.ts';
import type { Survey } from '../archive/survey.ts';
import type { PartFacts, PartsFacts } from '../checks/parts-facts.ts';
import type { Digest } from '../oci/digest.ts';
import {
  type ArchiveSource,
  ArchiveSourceError,
  type OpenArchive,
} from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import {
  maxSplitHeaderBytes,
  parseSplitHeader,
  refuseSplitPart,
  splitPartName,
} from '../zarf/split-part.ts';
import { findDamage, oddSizes } from './find-damage.ts';
import { hashChunks } from './hash-chunks.ts';
import type { PartSet } from './locate-parts.ts';

/** A split archive as it was found: which parts are there, and whether they can be read as one. */
export interface SplitArchive {
  readonly set: PartSet;
  readonly header: PartsFacts['header'];
  /** The digests of chunks, where they fit the header. */
  readonly manifest: PartsManifest | undefined;
  readonly manifestFact: PartsFacts['manifest'];
  readonly parts: readonly PartFacts[];
  readonly missing: PartsFacts['missing'];
  /** Bytes of all data parts that are there. */
  readonly size: number;
  /** Paths of the data parts in order; undefined where they cannot be read as one. */
  readonly readable: readonly string[] | undefined;
}

/**
 * Looks at the parts of an archive: header, sizes, digests of chunks beside them. Reads no content.
 * @throws ArchiveSourceError for a part that cannot be opened
 */
export async function readPartSet(
  set: PartSet,
  source: ArchiveSource,
  run: Run,
): Promise<SplitArchive> {
  const headers = await readCopies(
    set.parts.filter(({ number }) => number === 0).map(({ path }) => path),
    maxSplitHeaderBytes,
    source,
    run,
  );
  const header = headerOf(headers);
  const { manifest, fact } = manifestOf(
    await readCopies(set.manifests, maxPartsManifestBytes, source, run),
    header,
    set,
  );
  const parts = [
    // Copies of the header that say the same are one: each disc may carry it.
    ...(headers.length > 1
      ? [{ number: 0, places: headers.map(({ path }) => path), size: 0 }]
      : headers.map(({ path, bytes }) => ({ number: 0, places: [path], size: bytes.length }))),
    ...(await dataParts(set, source, run)),
  ];
  const data = parts.filter(({ number }) => number > 0);
  const count = countOf(header) ?? manifest?.parts.length;
  const size = data
    .filter(({ number }) => number <= (count ?? number))
    .reduce((sum, part) => sum + part.size, 0);
  const missing = missingOf(count, data, header, manifest);
  const readable =
    countOf(header) === undefined ||
    missing.length > 0 ||
    data.some(({ places }) => places.length > 1)
      ? undefined
      : data.filter(({ number }) => number <= (count ?? 0)).flatMap(({ places }) => places);
  return { set, header, manifest, manifestFact: fact, parts, missing, size, readable };
}

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

function countOf(header: PartsFacts['header']): number | undefined {
  return typeof header === 'object' && 'count' in header ? header.count : undefined;
}

interface Copy {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Copies that say the same are one: each disc may carry them. */
async function readCopies(
  paths: readonly string[],
  maxBytes: number,
  source: ArchiveSource,
  run: Run,
): Promise<readonly Copy[]> {
  const copies: Copy[] = [];
  for (const path of paths) {
    const bytes = await source.readSmall(path, maxBytes, run);
    if (bytes === undefined) continue;
    if (!copies.some((copy) => Buffer.compare(copy.bytes, bytes) === 0))
      copies.push({ path, bytes });
  }
  return copies;
}

function headerOf(copies: readonly Copy[]): PartsFacts['header'] {
  const [first, second] = copies;
  if (first === undefined) return 'missing';
  if (second !== undefined) return { fault: `it lies in ${copies.length} places that differ` };
  const read = parseSplitHeader(first.bytes);
  return typeof read === 'string' ? { fault: read } : read;
}

function manifestOf(
  copies: readonly Copy[],
  header: PartsFacts['header'],
  { stem }: PartSet,
): { readonly manifest: PartsManifest | undefined; readonly fact: PartsFacts['manifest'] } {
  const wrong = (fault: string) => ({ manifest: undefined, fact: { fault } });
  const [first, second] = copies;
  if (first === undefined) return { manifest: undefined, fact: 'absent' };
  if (second !== undefined) return wrong(`it lies in ${copies.length} places that differ`);
  const read = parsePartsManifest(first.bytes);
  if (typeof read === 'string') return wrong(`does not say what the chunks are: ${read}`);
  const { archive, parts } = read;
  const other = parts.find(({ name }, index) => name !== splitPartName(stem, index + 1));
  if (archive.name !== stem || other !== undefined)
    return wrong(`is about ${other?.name ?? archive.name}, not about the parts of ${stem}`);
  if (
    typeof header === 'object' &&
    'digest' in header &&
    (header.digest !== archive.digest ||
      header.size !== archive.size ||
      header.count !== parts.length)
  )
    return wrong(
      `is about an archive of ${archive.size} bytes, ${archive.digest}, the header about one of ${header.size} bytes, ${header.digest}`,
    );
  return { manifest: read, fact: 'agrees' };
}

async function dataParts(
  { parts }: PartSet,
  source: ArchiveSource,
  run: Run,
): Promise<readonly PartFacts[]> {
  const places = new Map<number, string[]>();
  for (const { number, path } of parts)
    if (number > 0) places.set(number, [...(places.get(number) ?? []), path]);
  const found: PartFacts[] = [];
  for (const [number, paths] of places) {
    const [first] = paths;
    if (first === undefined) continue;
    await using file = await source.open(first, run);
    found.push({ number, places: paths, size: file.size ?? 0 });
  }
  return found;
}

function missingOf(
  count: number | undefined,
  data: readonly PartFacts[],
  header: PartsFacts['header'],
  manifest: PartsManifest | undefined,
): PartsFacts['missing'] {
  const there = new Set(data.map(({ number }) => number));
  const last = count ?? Math.max(0, ...there);
  const numbers = Array.from({ length: Math.min(last, 9999) }, (_, index) => index + 1).filter(
    (number) => !there.has(number),
  );
  const rest =
    typeof header === 'object' && 'size' in header
      ? header.size - data.reduce((sum, { size }) => sum + size, 0)
      : undefined;
  return numbers.map((number) => {
    const known = manifest?.parts[number - 1];
    const size = known?.size ?? (numbers.length === 1 ? rest : undefined);
    return {
      number,
      size: size === undefined || size < 0 ? undefined : size,
      digest: known?.digest,
    };
  });
}
