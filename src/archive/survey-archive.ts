import { digestFromHex } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';
import { ArchiveError } from './archive-error.ts';
import { ByteFeed } from './byte-feed.ts';
import { ChunkLease } from './chunk-lease.ts';
import type { Compute } from './compute.ts';
import { decodeFrames, FrameWalk } from './decode-frames.ts';
import type { ReadLimits } from './read-limits.ts';
import { isSeekTable, tableAgrees } from './seek-table-read.ts';
import type { Survey } from './survey.ts';
import { EntryReader, LeasedHash } from './survey-entry.ts';
import { surveyTar } from './survey-tar.ts';
import { readTarHeader } from './tar-header.ts';
import { frameMagic, isSkippableMagic } from './zstd-frames.ts';

/** The bytes of an archive, front to back. */
export interface ArchiveInput {
  /** Chunks are not changed after they were handed out, except those given back. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Takes chunks back once they were read, see `OpenArchive.recycle`. Memory stays small with it. */
  readonly recycle?: ((chunk: Uint8Array) => void) | undefined;
}

/**
 * Reads an archive once and reports all it saw. Hostile bytes become problems, never exceptions.
 * The result depends on the bytes alone, not on how they were cut into chunks; after a fatal problem
 * `container.size` counts the bytes up to where the frame (or, in a plain tar, the place) concerned begins.
 * @throws ArchiveError ARCHIVE_EMPTY, ARCHIVE_UNRECOGNISED when the first bytes are no archive
 */
export async function surveyArchive(
  input: ArchiveInput,
  limits: ReadLimits,
  options: { readonly wholeDigest: boolean },
  compute: Compute,
  run: Run,
): Promise<Survey> {
  const lease = new ChunkLease();
  const whole = options.wholeDigest ? new LeasedHash(compute.hash(), lease) : undefined;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of input.chunks) {
      run.signal.throwIfAborted();
      lease.open(chunk, input.recycle);
      await whole?.update(chunk);
      yield chunk;
    }
  }
  const feed = new ByteFeed(counted(), { taken: () => undefined, left: (chunk) => lease.release(chunk) });
  try {
    const zstd = recognise(await feed.peek(512));
    const walk = new FrameWalk();
    const tar = zstd ? new ByteFeed(decodeFrames(feed, limits, compute, walk, lease)) : feed;
    const place = (): number => (zstd ? walk.offset : tar.offset);
    const reader = new EntryReader(limits, compute, lease);
    // Closing ends the decoding of what was read ahead, before its memory goes.
    const seen = await surveyTar(tar, place, limits, (entry, body) => reader.read(entry, body)).finally(() => tar.close());
    await reader.finish();
    const { problems } = seen;
    const fatal = problems.some((problem) => problem.fatal);
    const agrees = walk.table !== undefined && isSeekTable(walk.table) ? tableAgrees(walk.table, walk.sizes) : undefined;
    if (agrees === false) problems.push({ code: 'ZSTD_SEEK_TABLE', message: 'the seek table disagrees with the frames', offset: walk.offset, fatal: false });
    const digest = fatal || whole === undefined ? undefined : digestFromHex(await whole.digest());
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
    await feed.close();
  }
}

/**
 * True for zstd, false for a plain tar, judged by the first 512 bytes.
 * @throws ArchiveError ARCHIVE_EMPTY, ARCHIVE_UNRECOGNISED
 */
export function recognise(first: Uint8Array): boolean {
  if (first.length === 0) throw new ArchiveError('ARCHIVE_EMPTY', 'the input is empty');
  const magic = first.length < 4 ? 0 : new DataView(first.buffer, first.byteOffset).getUint32(0, true);
  if (magic === frameMagic || isSkippableMagic(magic)) return true;
  if (!isTar(first)) throw new ArchiveError('ARCHIVE_UNRECOGNISED', 'the input is neither a zstd nor a tar archive');
  return false;
}

/** A tar begins with a header, which proves itself by its checksum, or is cut short or damaged but says what it is, or holds nothing. */
function isTar(first: Uint8Array): boolean {
  if (Buffer.from(first.subarray(257, 262)).toString('latin1') === 'ustar') return true;
  if (first.length < 512) return false;
  if (first.every((byte) => byte === 0)) return true;
  try {
    readTarHeader(first);
    return true;
  } catch {
    return false;
  }
}
