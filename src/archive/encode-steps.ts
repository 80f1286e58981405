import type { Run } from '../support/run.ts';
import type { ArchiveFile } from './archive-file.ts';
import type { RandomAccess } from './byte-sink.ts';
import type { Compute } from './compute.ts';
import { withContentChecksum } from './frame-checksum.ts';
import { isPacked, looksCompressible, packedHeadBytes, worthKeeping } from './frame-choice.ts';
import type { FrameMemory } from './frame-memory.ts';
import {
  contentFrameSizes,
  frameKey,
  frameLevel,
  type PlanStep,
  type SharedPart,
} from './frame-plan.ts';
import type { EncodedFrame, FrameRecorder, FrameStore } from './frame-store.ts';
import {
  encodeRawFrame,
  fillRawFrame,
  maxFrameContentBytes,
  rawFrameBytes,
  sealRawFrame,
} from './raw-frame.ts';
import type { FrameSizes } from './seek-table-write.ts';
import { tarPaddingBytes } from './tar-writer.ts';
import { verifiedContent } from './verified-content.ts';
import { requireFrames } from './walk-frame.ts';

/** Frames of one file's content (with its tar padding) that lie one after another in an archive. */
export interface ExistingFrames {
  readonly archive: RandomAccess;
  /** Where the first one begins. */
  readonly offset: number;
  readonly frames: readonly FrameSizes[];
}

/** A file to be written whose frames may be there already: then they are copied and the content is not opened. */
export interface FramedFile extends ArchiveFile {
  readonly existing?: ExistingFrames;
}

/** One or more frames as they will lie in the file. */
export interface EncodedRun {
  readonly pieces: readonly Uint8Array[];
  readonly frames: readonly FrameSizes[];
  /** Told once nobody looks at the pieces any more: their memory is used again. Who never says so keeps them. */
  release?(): void;
}

interface EncodeOptions {
  readonly compute: Compute;
  /** Memory for frames that are stored or copied. */
  readonly memory: FrameMemory;
  /** Whether the frame cache could not be written: then it is left alone for the rest of the archive. */
  readonly cache: { failed: boolean };
  readonly frameStore?: FrameStore;
  /** The output is judged as a whole before it is used: content stored as it is need not be hashed here. */
  readonly judgedAfterwards?: boolean;
}

/** A promise in a box, so that a generator hands it over without waiting for it. */
export interface PendingRun {
  readonly ready: Promise<EncodedRun>;
}

/**
 * Turns the plan into frames. Each is handed over as soon as its content was read; the encoding goes
 * on while the next is read. A consumer bounds memory by how many it takes before it waits.
 */
export async function* encodeSteps(
  steps: readonly PlanStep<FramedFile>[],
  options: EncodeOptions,
  run: Run,
): AsyncGenerator<PendingRun> {
  for (const step of steps) {
    run.signal.throwIfAborted();
    if (step.kind === 'shared')
      yield pending(encodeShared(step.parts, step.size, options.compute, run));
    else if (step.file.existing !== undefined)
      yield* copyFrames(step.file.existing, options.memory);
    else yield* contentFrames(step.file, step.size, options, run);
  }
}

function pending(ready: Promise<EncodedRun>): PendingRun {
  ready.catch(() => undefined); // awaited in its turn; a failure before that is not unhandled
  return { ready };
}

function single(frame: EncodedFrame): EncodedRun {
  return {
    pieces: [frame.bytes],
    frames: [{ size: frame.bytes.length, contentSize: frame.contentSize }],
  };
}

async function encodeShared(
  parts: readonly SharedPart<FramedFile>[],
  size: number,
  compute: Compute,
  run: Run,
): Promise<EncodedRun> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    if ('bytes' in part) {
      bytes.set(part.bytes, at);
      at += part.bytes.length;
    } else {
      for await (const chunk of verifiedContent(part.content, compute, run)) {
        bytes.set(chunk, at);
        at += chunk.length;
      }
    }
  }
  const frame = await encodeChunk(bytes, compute);
  return single({ ...frame, bytes: withContentChecksum(frame.bytes, bytes) });
}

/** Compressed where that saves something, else stored. A pure function of the chunk. */
async function encodeChunk(chunk: Uint8Array, compute: Compute): Promise<EncodedFrame> {
  if (looksCompressible(chunk)) {
    const bytes = await compute.encodeFrame(chunk, frameLevel);
    if (worthKeeping(chunk.length, bytes.length)) return { bytes, contentSize: chunk.length };
  }
  return { bytes: encodeRawFrame(chunk), contentSize: chunk.length };
}

/** A frame whose memory is used again once it is given back. */
interface LentFrame extends EncodedFrame {
  release(): void;
}

/** As `encodeChunk`, in memory that is used again: the chunk's at once, the frame's when it is given back. */
async function encodeLent(
  chunk: { readonly bytes: Uint8Array; release(): void },
  { compute, memory }: EncodeOptions,
): Promise<LentFrame> {
  const { bytes } = chunk;
  const contentSize = bytes.length;
  try {
    if (looksCompressible(bytes)) {
      const encoded = await compute.encodeFrame(bytes, frameLevel);
      if (worthKeeping(contentSize, encoded.length))
        return { bytes: encoded, contentSize, release: () => undefined };
    }
    const frame = memory.take(rawFrameBytes(contentSize));
    fillRawFrame(frame, 0, bytes);
    return {
      bytes: sealRawFrame(frame, contentSize),
      contentSize,
      release: () => memory.giveBack(frame),
    };
  } finally {
    chunk.release();
  }
}

/** Bytes copied at once. */
const copyBytes = 8 * 2 ** 20;

async function* copyFrames(
  existing: ExistingFrames,
  memory: FrameMemory,
): AsyncGenerator<PendingRun> {
  const { archive } = existing;
  let { offset } = existing;
  let batch: FrameSizes[] = [];
  let bytes = 0;
  const take = (): PendingRun => {
    const frames = batch;
    const start = offset;
    const length = bytes;
    const ready = readFrames(archive, start, length, memory).then(({ content, release }) => {
      requireFrames(content, frames, start);
      return { pieces: [content], frames, release };
    });
    offset += bytes;
    batch = [];
    bytes = 0;
    return pending(ready);
  };
  for (const frame of existing.frames) {
    if (batch.length > 0 && bytes + frame.size > copyBytes) yield take();
    batch.push(frame);
    bytes += frame.size;
  }
  if (batch.length > 0) yield take();
}

async function readFrames(
  archive: RandomAccess,
  start: number,
  length: number,
  memory: FrameMemory,
): Promise<{ readonly content: Uint8Array; release(): void }> {
  if (archive.readInto === undefined)
    return { content: await archive.read(start, length), release: () => undefined };
  const buffer = memory.take(length);
  const content = await archive.readInto(start, buffer.subarray(0, length));
  return { content, release: () => memory.giveBack(buffer) };
}

async function* contentFrames(
  file: FramedFile,
  tarBytes: number,
  options: EncodeOptions,
  run: Run,
): AsyncGenerator<PendingRun> {
  const sizes = contentFrameSizes(tarBytes);
  let emitted = 0;
  if (options.frameStore !== undefined) {
    try {
      const stored = await options.frameStore.open(frameKey(file.digest), run);
      for await (const frame of stored ?? []) {
        if (frame.contentSize !== sizes[emitted]) break;
        yield pending(Promise.resolve(single(frame)));
        emitted++;
      }
      if (emitted === sizes.length) return;
    } catch (error) {
      // A cache never fails a run: the frames are made anew below, those already handed over are skipped.
      if (run.signal.aborted) throw error;
    }
  }
  yield* buildFrames(file, emitted, options, run);
}

/** Makes the frames of a large file from its content; the first `skip` were handed over already. */
async function* buildFrames(
  file: FramedFile,
  skip: number,
  options: EncodeOptions,
  run: Run,
): AsyncGenerator<PendingRun> {
  const recording = new Recording(file, options, run);
  try {
    let index = 0;
    for await (const chunk of frameChunks(file, options, run)) {
      const wanted = index++ >= skip;
      if (chunk.stored) {
        if (wanted)
          yield pending(Promise.resolve({ ...single(chunk.frame), release: chunk.release }));
        else chunk.release();
        continue;
      }
      const lent = encodeLent(chunk, options);
      lent.catch(() => undefined);
      // The frame may be written to two places, each in its own time.
      let holders = wanted ? 2 : 1;
      const release = (): void => {
        if (--holders === 0) lent.then((frame) => frame.release()).catch(() => undefined);
      };
      await recording.add(lent, release);
      if (wanted) yield pending(lent.then((frame) => ({ ...single(frame), release })));
    }
    await recording.commit();
  } finally {
    await recording[Symbol.asyncDispose]();
  }
}

/** Keeps the frames of one file, in order, if the first of them was worth compressing. */
class Recording implements AsyncDisposable {
  readonly #file: FramedFile;
  readonly #options: EncodeOptions;
  readonly #run: Run;
  readonly #waiting: { readonly frame: Promise<EncodedFrame>; done(): void }[] = [];
  #recorder: FrameRecorder | undefined;
  #off: boolean;

  constructor(file: FramedFile, options: EncodeOptions, run: Run) {
    this.#file = file;
    this.#options = options;
    this.#run = run;
    this.#off = options.frameStore === undefined || options.cache.failed;
  }

  /** @param done told once the frame is not looked at any more */
  async add(frame: Promise<EncodedFrame>, done: () => void): Promise<void> {
    if (this.#off) return done();
    this.#waiting.push({ frame, done });
    while (this.#waiting.length > this.#options.compute.parallelism) await this.#shift();
  }

  async commit(): Promise<void> {
    while (this.#waiting.length > 0) await this.#shift();
    if (this.#recorder !== undefined && !this.#off)
      await this.#quietly(async (recorder) => recorder.commit());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#recorder?.[Symbol.asyncDispose]();
  }

  async #shift(): Promise<void> {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    try {
      await this.#keep(await next.frame);
    } finally {
      next.done();
    }
  }

  async #keep(frame: EncodedFrame): Promise<void> {
    if (this.#off) return;
    if (this.#recorder === undefined) {
      if (frame.bytes.length >= frame.contentSize) {
        this.#off = true; // stored content is made again as fast as it is read back
        return;
      }
      try {
        this.#recorder = await this.#options.frameStore?.record(
          frameKey(this.#file.digest),
          this.#run,
        );
      } catch (error) {
        this.#giveUp(error);
        return;
      }
    }
    const { bytes, contentSize } = frame;
    await this.#quietly(async (recorder) => recorder.add({ bytes, contentSize }));
  }

  /** A cache that cannot be written is no cache: the output does not need it, the next run will miss it. */
  #giveUp(error: unknown): void {
    this.#off = true;
    if (this.#options.cache.failed || this.#run.signal.aborted) return;
    this.#options.cache.failed = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#run.onProgress?.({
      kind: 'note',
      message: `compressed frames are not kept, the next run will make them anew: ${reason}`,
    });
  }

  async #quietly(step: (recorder: FrameRecorder) => Promise<void>): Promise<void> {
    try {
      if (this.#recorder !== undefined) await step(this.#recorder);
    } catch (error) {
      this.#giveUp(error);
    }
  }
}

type FrameChunk =
  | { readonly stored: true; readonly frame: EncodedFrame; release(): void }
  | { readonly stored: false; readonly bytes: Uint8Array; release(): void };

/** Cuts content and padding into frame-sized chunks; content that is packed already goes straight into stored frames. */
async function* frameChunks(
  file: FramedFile,
  { compute, memory, judgedAfterwards = false }: EncodeOptions,
  run: Run,
): AsyncGenerator<FrameChunk> {
  let filling: Filling | undefined;
  let left = file.size + tarPaddingBytes(file.size);
  // What is compressed goes into the frame cache under its digest, and is always compared.
  const trusts = (first: Uint8Array): boolean =>
    judgedAfterwards && first.length >= packedHeadBytes && isPacked(first);
  for await (const piece of pieces(file, compute, run, trusts)) {
    let at = 0;
    while (at < piece.length) {
      filling ??= new Filling(Math.min(left, maxFrameContentBytes), isPacked(piece), memory);
      at += filling.add(piece.subarray(at));
      if (filling.full) {
        left -= filling.size;
        yield filling.take();
        filling = filling.next(Math.min(left, maxFrameContentBytes));
      }
    }
  }
}

/** The content with its padding; the first piece is long enough to be recognised. */
async function* pieces(
  file: FramedFile,
  compute: Compute,
  run: Run,
  trusts: (first: Uint8Array) => boolean,
): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of verifiedContent(file, compute, run, trusts)) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    const joined: Uint8Array = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    head = joined.length < packedHeadBytes ? joined : undefined;
    if (head === undefined) yield joined;
  }
  if (head !== undefined && head.length > 0) yield head;
  const padding = tarPaddingBytes(file.size);
  if (padding > 0) yield new Uint8Array(padding);
}

/** One chunk under construction. */
class Filling {
  readonly size: number;
  readonly #stored: boolean;
  readonly #memory: FrameMemory;
  readonly #buffer: Uint8Array;
  #filled = 0;

  constructor(size: number, stored: boolean, memory: FrameMemory) {
    this.size = size;
    this.#stored = stored;
    this.#memory = memory;
    this.#buffer = memory.take(stored ? rawFrameBytes(size) : size);
  }

  get full(): boolean {
    return this.#filled === this.size;
  }

  /** Takes what fits; returns how many bytes that was. */
  add(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.size - this.#filled);
    if (this.#stored) fillRawFrame(this.#buffer, this.#filled, part);
    else this.#buffer.set(part, this.#filled);
    this.#filled += part.length;
    return part.length;
  }

  take(): FrameChunk {
    const release = (): void => this.#memory.giveBack(this.#buffer);
    if (!this.#stored)
      return { stored: false, bytes: this.#buffer.subarray(0, this.size), release };
    const bytes = sealRawFrame(this.#buffer, this.size);
    return { stored: true, frame: { bytes, contentSize: this.size }, release };
  }

  next(size: number): Filling | undefined {
    return size === 0 ? undefined : new Filling(size, this.#stored, this.#memory);
  }
}
