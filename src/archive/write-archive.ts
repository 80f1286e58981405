import { type Digest, digestFromHex } from '../oci/digest.ts';
import { orderedPrefetch } from '../support/ordered-prefetch.ts';
import type { Run } from '../support/run.ts';
import type { ArchiveFile } from './archive-file.ts';
import type { ByteSink } from './byte-sink.ts';
import type { Compute } from './compute.ts';
import { encodeSteps, type FramedFile } from './encode-steps.ts';
import { FrameMemory } from './frame-memory.ts';
import { planFrames } from './frame-plan.ts';
import type { FrameStore } from './frame-store.ts';
import { type FrameSizes, renderSeekTable } from './seek-table-write.ts';
import { tarEnd, tarHeader, tarPaddingBytes } from './tar-writer.ts';
import { verifiedContent } from './verified-content.ts';
import type { WrittenChunks } from './written-chunks.ts';

export interface WriteArchiveOptions {
  readonly compute: Compute;
  /** Where the compressed frames of large files are kept between runs. */
  readonly frameStore?: FrameStore;
  /** Default `zstd`; `none` writes a plain tar. */
  readonly compression?: 'zstd' | 'none';
  /**
   * The caller judges the output as a whole before it uses it, every digest compared: contents that are
   * stored as they are need not be hashed on their way in, too.
   */
  readonly judgedAfterwards?: boolean;
  /** Where every byte goes, too, for one who judges the output while it is written. Ended by the caller. */
  readonly reader?: WrittenChunks;
  /** Whether the SHA-256 of the whole output is computed in passing. */
  readonly wholeDigest: boolean;
  /** Told of bytes written so far. */
  readonly onBytes?: (written: number) => void;
}

/** What was written. */
export interface WrittenArchive {
  /** Bytes of the output. */
  readonly size: number;
  /** SHA-256 of the output, where it was asked for. */
  readonly digest?: Digest;
  /** Frames with data; the seek table is not one of them. Empty for a plain tar. */
  readonly frames: readonly FrameSizes[];
  /** Bytes of the tar inside. */
  readonly tarSize: number;
}

/**
 * Writes files as an archive, in the order given: frames cut by `planFrames`, seek table at the end.
 * The bytes depend on names, modes and contents alone. Memory is bounded by the frames in flight.
 * @throws OciError OCI_DIGEST_MISMATCH, OCI_SIZE_MISMATCH when a file is not what it was said to be; what the sink holds is then worthless
 * @throws ArchiveError TAR_NAME_INVALID
 */
export async function writeArchive(
  files: readonly FramedFile[],
  sink: ByteSink,
  options: WriteArchiveOptions,
  run: Run,
): Promise<WrittenArchive> {
  const whole = options.wholeDigest ? options.compute.hash() : undefined;
  let size = 0;
  const put = async (pieces: readonly Uint8Array[], release?: () => void): Promise<void> => {
    run.signal.throwIfAborted();
    const writing = sink.write(pieces);
    writing.catch(() => undefined); // awaited below
    for (const piece of pieces) await whole?.update(piece);
    let unread = pieces.length;
    for (const piece of pieces)
      await options.reader?.offer(piece, () => {
        if (--unread === 0) release?.();
      });
    await writing;
    for (const piece of pieces) size += piece.length;
    options.onBytes?.(size);
  };
  const settled = async (): Promise<void> => whole?.settled();
  const done =
    options.compression === 'none'
      ? await writePlain(files, { put, settled }, options, run)
      : await writeFrames(files, { put, settled }, options, run);
  const digest = whole === undefined ? undefined : digestFromHex(await whole.digest());
  return { size, ...done, ...(digest === undefined ? {} : { digest }) };
}

/** Where there is a reader, `release` is told once it is done with the pieces. */
type Put = (pieces: readonly Uint8Array[], release?: () => void) => Promise<void>;
type Written = Pick<WrittenArchive, 'frames' | 'tarSize'>;

/** Runs whose memory is held until the hash has read it. */
const mostHeld = 4;

interface FrameOutput {
  readonly put: Put;
  /** Resolves when everything that was put has been hashed. */
  settled(): Promise<void>;
}

async function writeFrames(
  files: readonly FramedFile[],
  { put, settled }: FrameOutput,
  options: WriteArchiveOptions,
  run: Run,
): Promise<Written> {
  const frames: FrameSizes[] = [];
  const held: (() => void)[] = [];
  const memory = new FrameMemory();
  let tarSize = 0;
  // Frames are encoded while others are written; how many bounds the memory.
  const pending = orderedPrefetch(
    encodeSteps(planFrames(files), { ...options, memory, cache: { failed: false } }, run),
    options.compute.parallelism + 1,
  );
  for await (const { ready } of pending) {
    const encoded = await ready;
    // Written and hashed is one thing, judged another: the memory is used again after both.
    let holders = options.reader === undefined ? 1 : 2;
    const release = (): void => {
      if (--holders === 0) encoded.release?.();
    };
    await put(encoded.pieces, release);
    for (const frame of encoded.frames) {
      frames.push(frame);
      tarSize += frame.contentSize;
    }
    if (encoded.release !== undefined && held.push(release) >= mostHeld) {
      await settled();
      for (const letGo of held.splice(0)) letGo();
    }
  }
  await put([renderSeekTable(frames)]);
  return { frames, tarSize };
}

/** Bytes gathered before a plain tar is written on. */
const gatherBytes = 2 ** 20;

async function writePlain(
  files: readonly ArchiveFile[],
  { put, settled }: FrameOutput,
  options: WriteArchiveOptions,
  run: Run,
): Promise<Written> {
  let tarSize = 0;
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  const add = async (piece: Uint8Array): Promise<void> => {
    gathered.push(piece);
    bytes += piece.length;
    tarSize += piece.length;
    if (bytes >= gatherBytes) await flush();
  };
  const flush = async (): Promise<void> => {
    // A reader keeps what it looks at; the chunks are used again by whoever read them.
    const pieces = options.reader === undefined ? gathered : [Buffer.concat(gathered)];
    gathered = [];
    bytes = 0;
    await put(pieces);
    await settled();
  };
  for (const file of files) {
    await add(tarHeader({ type: 'file', name: file.name, mode: file.mode, size: file.size }));
    for await (const chunk of verifiedContent(file, options.compute, run)) await add(chunk);
    await add(new Uint8Array(tarPaddingBytes(file.size)));
  }
  await add(tarEnd());
  await flush();
  return { frames: [], tarSize };
}
