import type { Run } from '../support/run.ts';
import type { ArchiveFile } from './archive-file.ts';
import type { Compute } from './compute.ts';
import { type ContentOptions, contentFrames } from './content-frames.ts';
import { copyFrames, type ExistingFrames } from './copy-frames.ts';
import { type EncodedRun, type PendingRun, pending, single } from './encoded-run.ts';
import { withContentChecksum } from './frame-checksum.ts';
import { looksCompressible, worthKeeping } from './frame-choice.ts';
import { frameLevel, type PlanStep, type SharedPart } from './frame-plan.ts';
import type { EncodedFrame } from './frame-store.ts';
import { encodeRawFrame } from './raw-frame.ts';
import { verifiedContent } from './verified-content.ts';

/** A file to be written whose frames may be there already: then they are copied and the content is not opened. */
export interface FramedFile extends ArchiveFile {
  readonly existing?: ExistingFrames;
}

/**
 * Turns the plan into frames. Each is handed over as soon as its content was read; the encoding goes
 * on while the next is read. A consumer bounds memory by how many it takes before it waits.
 */
export async function* encodeSteps(
  steps: readonly PlanStep<FramedFile>[],
  options: ContentOptions,
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
