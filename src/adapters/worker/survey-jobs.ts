import { createHash } from 'node:crypto';
import { ArchiveError } from '../../archive/archive-error.ts';
import { ByteFeed } from '../../archive/byte-feed.ts';
import { ChunkLease } from '../../archive/chunk-lease.ts';
import type { ChunkSource } from '../../archive/chunk-source.ts';
import { inThreadCompute } from '../../archive/compute-in-thread.ts';
import { ContainerFault } from '../../archive/container-fault.ts';
import { decodeFrames, FrameWalk } from '../../archive/decode-frames.ts';
import type { ReadLimits } from '../../archive/read-limits.ts';
import { EntryReader } from '../../archive/survey-entry.ts';
import { surveyFrontToBack } from '../../archive/survey-front-to-back.ts';
import { surveySection } from '../../archive/survey-section.ts';
import { readWhole } from '../../archive/survey-tar.ts';
import { type Mark, type RingMemory, RingReader, RingWriter } from './chunk-ring.ts';
import { factsIn, faultIn, isFault, markOf, textOf } from './ring-marks.ts';
import { SharedWatch, Stopped } from './shared-watch.ts';
import { readSpans, spanChunks, Unreadable } from './span-reader.ts';
import type {
  JobInput,
  JobResults,
  SurveyJob,
  SurveyReply,
  TarResult,
  WatchedJob,
} from './survey-messages.ts';

/** Does one job on the calling thread, blocking it while it waits for bytes. Never throws. */
export async function answerJob({ job, watch: memory }: WatchedJob): Promise<SurveyReply> {
  const watch = new SharedWatch(memory);
  try {
    return { result: await done(job, watch) };
  } catch (error) {
    // The other jobs of the survey may be waiting for this one.
    watch.stop();
    if (error instanceof Stopped) return { stopped: true };
    if (error instanceof Unreadable) return { unreadable: error.fault };
    if (error instanceof ArchiveError) {
      const { code, message, suggestions } = error;
      return { refused: { code, message, suggestions } };
    }
    return { crash: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function done(job: SurveyJob, watch: SharedWatch): Promise<JobResults[keyof JobResults]> {
  const compute = inThreadCompute();
  switch (job.kind) {
    case 'section': {
      const { start, end, first } = job.place;
      return surveySection(spanChunks(job.files, start, end, watch), first, job.limits, compute);
    }
    case 'archive': {
      const chunks = inputOf(job.input, watch);
      const run = { signal: new AbortController().signal };
      return surveyFrontToBack({ chunks }, job.limits, false, compute, run);
    }
    case 'whole':
      return whole(job, watch);
    case 'frames':
      return frames(job, watch);
    case 'tar':
      return tar(job.ring, job.limits, watch);
  }
}

function inputOf(input: JobInput, watch: SharedWatch): ChunkSource {
  return 'ring' in input
    ? new RingReader(input.ring, watch)
    : spanChunks(input.files, 0, input.files.at(-1)?.end ?? 0, watch);
}

async function whole(
  { files, out }: SurveyJob & { readonly kind: 'whole' },
  watch: SharedWatch,
): Promise<string | undefined> {
  const writer = new RingWriter(out, watch);
  const hash = createHash('sha256');
  const size = files.at(-1)?.end ?? 0;
  for (let at = 0; at < size; ) {
    const memory = writer.take();
    if (memory === undefined) return undefined;
    const length = Math.min(memory.length, size - at);
    const chunk = memory.subarray(0, length);
    readSpans(files, at, chunk, watch);
    // Handed on before it is hashed: both threads read it now.
    writer.put(memory, length);
    hash.update(chunk);
    at += length;
  }
  writer.end();
  return hash.digest('hex');
}

async function frames(
  { input, limits, out }: SurveyJob & { readonly kind: 'frames' },
  watch: SharedWatch,
): Promise<JobResults['frames']> {
  const writer = new RingWriter(out, watch);
  const lease = new ChunkLease();
  const feed = new ByteFeed(lent(inputOf(input, watch), lease), (chunk) => lease.release(chunk));
  const walk = new FrameWalk();
  try {
    const content = decodeFrames(feed, limits, inThreadCompute(), walk, lease);
    if (await handOn(content, writer, walk)) writer.end(markOf(walk));
  } catch (error) {
    if (!(error instanceof ContainerFault)) throw error;
    const memory = writer.take();
    const text = textOf(error);
    memory?.set(text);
    if (memory !== undefined) writer.put(memory, text.length, markOf(walk, true));
  } finally {
    await feed.close();
  }
  return { walk, read: feed.offset };
}

/** Copies the content into the ring; false when nobody takes it any more. */
async function handOn(
  content: AsyncIterable<Uint8Array>,
  writer: RingWriter,
  walk: FrameWalk,
): Promise<boolean> {
  let memory: Uint8Array | undefined;
  let filled = 0;
  let mark: Mark = [];
  const put = (): void => {
    if (memory !== undefined && filled > 0) writer.put(memory, filled, mark);
    memory = undefined;
    filled = 0;
  };
  try {
    for await (const piece of content) {
      // A chunk is of one frame: what is found in it is told with the place of that frame.
      if (mark[0] !== walk.offset) put();
      mark = markOf(walk);
      for (let at = 0; at < piece.length; ) {
        memory ??= writer.take();
        if (memory === undefined) return false;
        const part = piece.subarray(at, at + memory.length - filled);
        memory.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled === memory.length) put();
      }
    }
  } finally {
    // Before what went wrong is told, if anything did.
    put();
  }
  return true;
}

async function tar(ring: RingMemory, limits: ReadLimits, watch: SharedWatch): Promise<TarResult> {
  const lease = new ChunkLease();
  const reader = new RingReader(ring, watch);
  let faulty = false;
  async function* content(): AsyncGenerator<Uint8Array> {
    for await (const chunk of lent(reader, lease)) {
      faulty = isFault(reader.mark);
      if (faulty) throw faultIn(chunk);
      yield chunk;
    }
  }
  const feed = new ByteFeed(content(), (chunk) => lease.release(chunk));
  const entries = new EntryReader(limits, inThreadCompute(), lease);
  const place = (): number => factsIn(reader.mark).offset;
  const seen = await readWhole(feed, place, limits, entries);
  return {
    tar: seen,
    tarSize: feed.offset,
    broke: reader.ended || faulty ? undefined : factsIn(reader.mark),
  };
}

async function* lent(chunks: ChunkSource, lease: ChunkLease): AsyncGenerator<Uint8Array> {
  const giveBack = (chunk: Uint8Array): void => chunks.recycle?.(chunk);
  for await (const chunk of chunks) {
    lease.open(chunk, giveBack);
    yield chunk;
  }
}
