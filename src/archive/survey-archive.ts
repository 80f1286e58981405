import { type Digest, digestFromHex, digestOf } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';
import { ArchiveError, type ArchiveErrorCode } from './archive-error.ts';
import { ByteFeed } from './byte-feed.ts';
import type { Compute } from './compute.ts';
import { ContainerFault } from './container-fault.ts';
import { decodeFrames, FrameWalk } from './decode-frames.ts';
import { cleanPath, nameFault, PathSet } from './entry-path.ts';
import type { ReadLimits } from './read-limits.ts';
import type { FrameSizes } from './seek-table-write.ts';
import type { ContainerProblem, Survey, SurveyedEntry } from './survey.ts';
import { readTar, type TarEntry } from './tar-reader.ts';

const inlineHashBytes = 16 * 2 ** 10;

/** The bytes of an archive, front to back. Chunks are not changed after they were handed out. */
export interface ArchiveInput {
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Reads an archive once and reports all it saw. Hostile bytes become problems, never exceptions.
 * @throws ArchiveError ARCHIVE_EMPTY, ARCHIVE_UNRECOGNISED when the first bytes are no archive
 */
export async function surveyArchive(
  input: ArchiveInput,
  limits: ReadLimits,
  options: { readonly wholeDigest: boolean },
  compute: Compute,
  run: Run,
): Promise<Survey> {
  const whole = options.wholeDigest ? compute.hash() : undefined;
  let size = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of input.chunks) {
      run.signal.throwIfAborted();
      size += chunk.length;
      await whole?.update(chunk);
      yield chunk;
    }
  }
  const source = new ByteFeed(counted());
  const first = await source.take(512);
  const zstd = recognise(first);
  const feed = new ByteFeed(again(first, source));
  const walk = new FrameWalk();
  const tar = zstd ? new ByteFeed(decodeFrames(feed, limits, compute, walk)) : feed;
  const end = { endBlocks: 0 };
  const problems: ContainerProblem[] = [];
  const entries: SurveyedEntry[] = [];
  const paths = new PathSet();
  const retained = { left: limits.maxRetainedBytes };
  let current: string | undefined;
  try {
    for await (const entry of readTar(tar, limits, end)) {
      current = entry.name;
      const report = (code: ArchiveErrorCode, message: string): void => void problems.push({ code, message, offset: feed.offset, entry: entry.name, fatal: false });
      judgeName(entry, paths, report);
      const body: EntryBody = {};
      const { type } = entry;
      if (type !== 'file' && type !== 'directory') report('TAR_ENTRY_TYPE', `"${entry.name}" is a ${type}, only files and folders belong in an archive`);
      try {
        await readBody(entry, limits, retained, compute, body);
      } finally {
        const { name, mode, linkTarget } = entry;
        entries.push({ name, path: cleanPath(name), type, mode, size: entry.size, ...body, ...(linkTarget === undefined ? {} : { linkTarget }) });
      }
      current = undefined;
    }
    if (end.endBlocks < 2) problems.push({ code: 'TAR_END_MISSING', message: `the tar ends with ${end.endBlocks} zero blocks, two are due`, offset: feed.offset, fatal: false });
  } catch (error) {
    if (!(error instanceof ContainerFault)) throw error;
    const named = error.entry ?? current;
    problems.push({ code: error.code, message: error.message, offset: feed.offset, ...(named === undefined ? {} : { entry: named }), fatal: true });
  }
  const fatal = problems.some((problem) => problem.fatal);
  const tableAgrees = walk.table !== undefined && isSeekTable(walk.table) ? agrees(walk.table, walk.sizes) : undefined;
  if (tableAgrees === false) problems.push({ code: 'ZSTD_SEEK_TABLE', message: 'the seek table disagrees with the frames', fatal: false });
  await tar.close();
  await source.close();
  const digest = fatal || whole === undefined ? undefined : digestFromHex(await whole.digest());
  return {
    container: {
      compression: zstd ? 'zstd' : 'none',
      size,
      tarSize: tar.offset,
      ...(digest === undefined ? {} : { digest }),
      frames: walk.frames,
      skippableFrames: walk.skippable,
      framesWithoutChecksum: walk.withoutChecksum,
      seekTable: tableAgrees === undefined ? 'absent' : tableAgrees ? 'agrees' : 'disagrees',
      endBlocks: end.endBlocks,
      problems,
    },
    entries,
  };
}

function recognise(first: Uint8Array): boolean {
  if (first.length === 0) throw new ArchiveError('ARCHIVE_EMPTY', 'the input is empty');
  const magic = first.length < 4 ? 0 : new DataView(first.buffer, first.byteOffset).getUint32(0, true);
  if (magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5) return true;
  const tar = Buffer.from(first.subarray(257, 262)).toString('latin1') === 'ustar' || (first.length === 512 && first.every((byte) => byte === 0));
  if (!tar) throw new ArchiveError('ARCHIVE_UNRECOGNISED', 'the input is neither a zstd nor a tar archive');
  return false;
}

async function* again(first: Uint8Array, rest: ByteFeed): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.some(2 ** 26); next !== undefined; next = await rest.some(2 ** 26)) yield next;
}

function judgeName(entry: TarEntry, paths: PathSet, report: (code: ArchiveErrorCode, message: string) => void): void {
  if (!entry.nameIsUtf8) report('TAR_NAME_ENCODING', `the name "${entry.name}" is not UTF-8`);
  const path = cleanPath(entry.name);
  if (path === '' && entry.type === 'directory' && entry.name !== '' && !entry.name.startsWith('/')) return;
  const fault = path === '' ? 'is empty' : nameFault(entry.name);
  if (fault !== undefined) report('TAR_NAME_INVALID', `the name "${entry.name}" ${fault}`);
  const clash = paths.add(path, entry.type === 'directory');
  if (clash !== undefined) report(clash.code, clash.message);
}

interface EntryBody {
  digest?: Digest;
  content?: Uint8Array;
  head?: Uint8Array;
}

async function readBody(entry: TarEntry, limits: ReadLimits, retained: { left: number }, compute: Compute, body: EntryBody): Promise<void> {
  const keep = entry.size <= limits.maxRetainedEntryBytes && entry.size <= retained.left;
  const hold = keep || entry.size < inlineHashBytes;
  const session = entry.size < inlineHashBytes ? undefined : compute.hash();
  const pieces: Uint8Array[] = [];
  let start = Buffer.alloc(0);
  for await (const piece of entry.content()) {
    if (start.length < 512) start = Buffer.concat([start, piece.subarray(0, 512 - start.length)]);
    if (start.length > 0) body.head = Uint8Array.from(start.subarray(0, 16));
    if (hold && (entry.size < inlineHashBytes || !start.includes(0))) pieces.push(piece);
    await session?.update(piece);
  }
  if (entry.type !== 'file') return;
  const content = hold ? Buffer.concat(pieces) : undefined;
  body.digest = session === undefined ? digestOf(content ?? new Uint8Array(0)) : digestFromHex(await session.digest());
  if (keep && content !== undefined && content.length === entry.size && !start.includes(0)) {
    retained.left -= entry.size;
    body.content = content;
  }
}

function isSeekTable(table: Uint8Array): boolean {
  return table.length >= 9 && Buffer.from(table).readUInt32LE(table.length - 4) === 0x8f92eab1;
}

function agrees(payload: Uint8Array, frames: readonly FrameSizes[]): boolean {
  const table = Buffer.from(payload);
  const descriptor = table.readUInt8(table.length - 5);
  const width = (descriptor & 0x80) !== 0 ? 12 : 8;
  if ((descriptor & 0x7c) !== 0 || table.readUInt32LE(table.length - 9) * width + 9 !== table.length) return false;
  const listed: FrameSizes[] = [];
  for (let at = 0; at < table.length - 9; at += width) listed.push({ size: table.readUInt32LE(at), contentSize: table.readUInt32LE(at + 4) });
  // Skippable frames between data frames may be listed, with no content.
  const data = listed.filter((frame) => frame.contentSize > 0);
  const seen = frames.filter((frame) => frame.contentSize > 0);
  return data.length === seen.length && data.every((frame, index) => frame.size === seen[index]?.size && frame.contentSize === seen[index]?.contentSize);
}
