import type { Run } from '../support/run.ts';
import { ArchiveError } from './archive-error.ts';
import { ByteFeed } from './byte-feed.ts';
import type { RandomAccess } from './byte-sink.ts';
import { decompressed } from './compressed-input.ts';
import type { Compute } from './compute.ts';
import { ContainerFault } from './container-fault.ts';
import type { ExistingFrames } from './copy-frames.ts';
import { cleanPath, nameFault, PathSet } from './entry-path.ts';
import { smallFileBytes } from './frame-plan.ts';
import { FrameView, plainView, type TarView, ViewFeed } from './frame-view.ts';
import type { ReadLimits } from './read-limits.ts';
import { recognise } from './recognise.ts';
import { readSeekTable } from './seek-table-read.ts';
import type { FrameSizes } from './seek-table-write.ts';
import { drain, SequentialContents } from './sequential-contents.ts';
import { readTar, type TarEntry } from './tar-reader.ts';
import { tarPaddingBytes } from './tar-writer.ts';

const mostFrameBytes = 16 * 2 ** 20;

/** An archive that another one is made from. */
export interface CopyInput {
  readonly ranges: RandomAccess;
  /** Front to back, as often as asked for. */
  chunks(run: Run): AsyncIterable<Uint8Array>;
}

export interface CopyOptions {
  readonly limits: ReadLimits;
  readonly compute: Compute;
  /** Files that are read at once and kept: what the caller has to see before the rest is copied. Up to `limits.maxRetainedEntryBytes` each. */
  readonly keep: readonly string[];
}

/** A file of the archive. Its digest is not known here: nothing was hashed. */
export interface CopyFile {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  /** Its frames, where they can be copied as they are. */
  readonly existing?: ExistingFrames;
  open(run: Run): AsyncIterable<Uint8Array>;
}

/** What an archive holds, ready to be written into another one. Ends with the reading. */
export interface CopySource extends AsyncDisposable {
  readonly compression: 'zstd' | 'none';
  /**
   * Every file, in the order of the archive, which is the order they must be written in; none but kept
   * ones may be left out. Folders are not listed: no reader needs them.
   */
  readonly files: readonly CopyFile[];
  /** Contents of the kept files that are there. */
  readonly kept: ReadonlyMap<string, Uint8Array>;
}

/**
 * Finds what can be copied from an archive. With a seek table only the frames between the large
 * contents are read and decoded; a frame that is not what the table says is refused when it is
 * copied. Without one, as in archives of other programs that are one single frame, contents are
 * decoded and encoded anew, read front to back and never held.
 *
 * Proves nothing about the contents: verify what was written from them.
 * @throws ArchiveError every code: what cannot be read without a doubt is not copied
 */
export async function openCopySource(
  input: CopyInput,
  options: CopyOptions,
  run: Run,
): Promise<CopySource> {
  return translated(async () => {
    const zstd = recognise(await input.ranges.read(0, 512));
    if (!zstd) return viewSource(input.ranges, plainView(input.ranges), 'none', options, run);
    const frames = await readSeekTable(input.ranges, options.limits);
    if (frames?.every(isHandy) !== true) return streamSource(input, options, run);
    return viewSource(
      input.ranges,
      new FrameView(input.ranges, frames, options.compute),
      'zstd',
      options,
      run,
    );
  });
}

/** Frames that are held whole while they are decoded, or copied. */
function isHandy({ size, contentSize }: FrameSizes): boolean {
  return contentSize <= mostFrameBytes && size <= 2 * mostFrameBytes;
}

async function viewSource(
  archive: RandomAccess,
  view: TarView,
  compression: 'zstd' | 'none',
  options: CopyOptions,
  run: Run,
): Promise<CopySource> {
  const feed = new ViewFeed(view);
  const files: CopyFile[] = [];
  const kept = new Map<string, Uint8Array>();
  const end = { endBlocks: 0 };
  const names = new PathSet();
  for await (const entry of readTar(feed, options.limits, end)) {
    run.signal.throwIfAborted();
    const name = requireFile(entry, names);
    if (name === undefined) continue;
    const { size, mode } = entry;
    if (isKept(name, size, options)) {
      const bytes = await readAll(entry.content());
      kept.set(name, bytes);
      files.push({ name, mode, size, open: () => once(bytes) });
      continue;
    }
    const at = feed.offset;
    const tarBytes = size + tarPaddingBytes(size);
    const span = size > smallFileBytes ? view.span(at, tarBytes) : undefined;
    files.push({
      name,
      mode,
      size,
      ...(span === undefined ? {} : { existing: { archive, ...span } }),
      open: (reading) => range(view, at, size, reading),
    });
    feed.skip(tarBytes);
  }
  // Jumping beyond the end is not noticed on the way.
  if (feed.offset !== view.size)
    throw new ArchiveError('TAR_TRUNCATED', 'the tar ends inside its last entry');
  requireEnd(end);
  return { compression, files, kept, [Symbol.asyncDispose]: async () => undefined };
}

async function streamSource(input: CopyInput, options: CopyOptions, run: Run): Promise<CopySource> {
  const { limits, compute } = options;
  const kept = new Map<string, Uint8Array>();
  const files: CopyFile[] = [];
  const names = new PathSet();
  const end = { endBlocks: 0 };
  async function* entries(within: Run, ending: { endBlocks: number }): AsyncGenerator<TarEntry> {
    const feed = new ByteFeed(decompressed(input.chunks(within), limits, compute));
    try {
      yield* readTar(feed, limits, ending);
    } finally {
      await feed.close();
    }
  }
  const contents = new SequentialContents(() => entries(run, { endBlocks: 0 }));
  let turns = 0;
  for await (const entry of entries(run, end)) {
    run.signal.throwIfAborted();
    const name = requireFile(entry, names);
    if (name === undefined) continue;
    const { size, mode } = entry;
    if (size === 0 || isKept(name, size, options)) {
      const bytes = await readAll(entry.content());
      if (isKept(name, size, options)) kept.set(name, bytes);
      files.push({ name, mode, size, open: () => once(bytes) });
      continue;
    }
    await drain(entry.content());
    const turn = turns++;
    const isIt = (other: TarEntry): boolean => other.name === entry.name && other.size === size;
    files.push({
      name,
      mode,
      size,
      open: (reading) => translatedStream(contents.read(turn, isIt), reading),
    });
  }
  requireEnd(end);
  return {
    compression: 'zstd',
    files,
    kept,
    [Symbol.asyncDispose]: () => contents[Symbol.asyncDispose](),
  };
}

function isKept(name: string, size: number, { keep, limits }: CopyOptions): boolean {
  return size <= limits.maxRetainedEntryBytes && keep.includes(name);
}

/** The path of a file; undefined for a folder. */
function requireFile(entry: TarEntry, names: PathSet): string | undefined {
  const path = cleanPath(entry.name);
  const isFolder = entry.type === 'directory';
  if (isFolder && path === '') return undefined;
  if (!isFolder && entry.type !== 'file')
    throw new ContainerFault(
      'TAR_ENTRY_TYPE',
      `"${entry.name}" is a ${entry.type}, only files and folders belong in an archive`,
      entry.name,
    );
  if (!entry.nameIsUtf8)
    throw new ContainerFault(
      'TAR_NAME_ENCODING',
      `the name "${entry.name}" is not UTF-8`,
      entry.name,
    );
  const fault = path === '' ? 'is empty' : nameFault(entry.name);
  if (fault !== undefined)
    throw new ContainerFault('TAR_NAME_INVALID', `the name "${entry.name}" ${fault}`, entry.name);
  const clash = names.add(path, isFolder);
  if (clash !== undefined) throw new ContainerFault(clash.code, clash.message, entry.name);
  return isFolder ? undefined : path;
}

function requireEnd({ endBlocks }: { readonly endBlocks: number }): void {
  if (endBlocks < 2)
    throw new ArchiveError(
      'TAR_END_MISSING',
      `the tar ends with ${endBlocks} zero blocks, two are due`,
    );
}

async function* range(
  view: TarView,
  offset: number,
  size: number,
  run: Run,
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < size; ) {
    run.signal.throwIfAborted();
    const piece = await view.piece(offset + done, size - done);
    if (piece === undefined) return; // the writer counts
    done += piece.length;
    yield piece;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function readAll(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  // Copied: the memory of a piece may be used again.
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asArchiveError(error);
  }
}

async function* translatedStream(
  content: AsyncIterable<Uint8Array>,
  run: Run,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of content) {
      run.signal.throwIfAborted();
      yield piece;
    }
  } catch (error) {
    throw asArchiveError(error);
  }
}

function asArchiveError(error: unknown): unknown {
  return error instanceof ContainerFault
    ? new ArchiveError(error.code, error.message, { cause: error })
    : error;
}
