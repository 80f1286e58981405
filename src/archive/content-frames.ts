import type { Run } from '../support/run.ts';
import type { ArchiveFile } from './archive-file.ts';
import { type PendingRun, pending, single } from './encoded-run.ts';
import { isPacked, looksCompressible, worthKeeping } from './frame-choice.ts';
import type { FrameMemory } from './frame-memory.ts';
import { contentFrameSizes, frameKey, frameLevel } from './frame-plan.ts';
import { FrameRecording, type RecordingOptions } from './frame-recording.ts';
import type { EncodedFrame } from './frame-store.ts';
import {
  fillRawFrame,
  gatherRawContent,
  maxFrameContentBytes,
  rawContent,
  rawFrameBytes,
  sealRawFrame,
  spreadRawContent,
} from './raw-frame.ts';
import { tarPaddingBytes } from './tar-writer.ts';
import { ContentProof, sizedContent } from './verified-content.ts';

export interface ContentOptions extends RecordingOptions {
  /** Memory for frames that are stored or copied. */
  readonly memory: FrameMemory;
  /** The output is judged as a whole before it is used: what is not kept need not be compared here. */
  readonly judgedAfterwards?: boolean;
}

/**
 * The frames of a large file: those kept from an earlier run, or made from its content.
 * @throws OciError OCI_SIZE_MISMATCH, OCI_DIGEST_MISMATCH
 */
export async function* contentFrames(
  file: ArchiveFile,
  tarBytes: number,
  options: ContentOptions,
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
  yield* madeFrames(file, emitted, options, run);
}

/** Makes the frames from the content; the first `skip` were handed over already. */
async function* madeFrames(
  file: ArchiveFile,
  skip: number,
  options: ContentOptions,
  run: Run,
): AsyncGenerator<PendingRun> {
  const { compute, memory, judgedAfterwards = false } = options;
  await using recording = new FrameRecording(file, options, run);
  let proof: ContentProof | undefined;
  let packed = false;
  let index = 0;
  let left = file.size;
  try {
    for await (const { frame, size } of filledFrames(file, memory, run)) {
      if (index === 0) packed = isPacked(firstOf(rawContent(frame, 0, size)));
      const shrinks = !packed && looksCompressible(contentIn(frame, size));
      if (index === 0) {
        if (!shrinks) recording.leaveOff();
        // Frames are kept under the digest of the content, which nobody else compares.
        if (!judgedAfterwards || recording.isOn) proof = new ContentProof(file, compute);
      }
      const wanted = index++ >= skip;
      for (const piece of rawContent(frame, 0, Math.min(left, size))) await proof?.update(piece);
      left -= size;
      const made = finished(frame, size, shrinks, proof?.settled(), options);
      made.catch(() => undefined); // awaited where it is written or kept
      // A frame may be written to two places, each in its own time.
      let holders = wanted ? 2 : 1;
      const release = (): void => {
        if (--holders === 0) made.then((done) => done.release()).catch(() => undefined);
      };
      await recording.add(made, release);
      if (wanted) yield pending(made.then((done) => ({ ...single(done), release })));
    }
    await proof?.end();
    await recording.commit();
  } finally {
    proof?.abandon();
  }
}

/** A frame whose memory is used again once it is given back. */
interface LentFrame extends EncodedFrame {
  release(): void;
}

/** Compressed where that saves something, else stored. A pure function of the content. */
async function finished(
  frame: Uint8Array,
  contentSize: number,
  shrinks: boolean,
  hashed: Promise<void> | undefined,
  { compute, memory }: ContentOptions,
): Promise<LentFrame> {
  await hashed; // in the places where it lies now
  if (shrinks) {
    const bytes = await compute.encodeFrame(gatherRawContent(frame, contentSize), frameLevel);
    if (worthKeeping(contentSize, bytes.length)) {
      memory.giveBack(frame);
      return { bytes, contentSize, release: () => undefined };
    }
    spreadRawContent(frame, contentSize);
  }
  const bytes = sealRawFrame(frame, contentSize);
  return { bytes, contentSize, release: () => memory.giveBack(frame) };
}

/** Content and padding, laid out in frames as if they were stored: most content is. */
async function* filledFrames(
  file: ArchiveFile,
  memory: FrameMemory,
  run: Run,
): AsyncGenerator<{ readonly frame: Uint8Array; readonly size: number }> {
  let left = file.size + tarPaddingBytes(file.size);
  let frame: Uint8Array | undefined;
  let filled = 0;
  for await (const piece of padded(file, run)) {
    for (let rest = piece; rest.length > 0; ) {
      const size = Math.min(left, maxFrameContentBytes);
      frame ??= memory.take(rawFrameBytes(size));
      const part = rest.subarray(0, size - filled);
      fillRawFrame(frame, filled, part);
      filled += part.length;
      rest = rest.subarray(part.length);
      if (filled < size) continue;
      left -= size;
      yield { frame, size };
      frame = undefined;
      filled = 0;
    }
  }
}

async function* padded(file: ArchiveFile, run: Run): AsyncGenerator<Uint8Array> {
  yield* sizedContent(file, run);
  const padding = tarPaddingBytes(file.size);
  if (padding > 0) yield new Uint8Array(padding);
}

/** What lies in a frame, for one who looks at a few places of it. */
function contentIn(frame: Uint8Array, length: number): Pick<Uint8Array, 'length' | 'subarray'> {
  return {
    length,
    subarray: (from = 0, to = length) => Buffer.concat([...rawContent(frame, from, to)]),
  };
}

function firstOf(pieces: Iterable<Uint8Array>): Uint8Array {
  const [first = new Uint8Array(0)] = pieces;
  return first;
}
