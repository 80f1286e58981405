import type { Compute } from '../../archive/compute.ts';
import { freeNow } from '../../archive/compute-in-thread.ts';
import { encodeFrameNow } from '../../archive/frame-codec.ts';
import { ComputeThread } from './compute-thread.ts';
import { type SessionPool, WorkerHashSession } from './hash-session.ts';
import { SharedSlots } from './shared-slots.ts';
import { SurveyThreads } from './survey-threads.ts';

/** Shared memory for bytes that have to be copied: 16 MiB. */
const mostSlots = 16;
/** Results that came back and wait to be used again. */
const mostFreeResults = 4;
const resultStep = 2 ** 20;

/**
 * Compute on worker threads; each starts when it is first needed. A hash session stays on one
 * thread. Memory in flight is bounded: 6 MiB before each thread and what one more call gives, 16 MiB of copies, and the results
 * that were not given back.
 */
export function workerCompute(options: {
  /** Threads, at least 1. */ readonly workers: number;
}): Compute {
  const threads = Array.from({ length: Math.max(1, options.workers) }, () => new ComputeThread());
  const pool: SessionPool = { slots: new SharedSlots(mostSlots), partial: new Set() };
  const results = new ResultMemory();
  const encoding = new Set<Promise<unknown>>();
  const surveys = new SurveyThreads(threads.length);
  let sessions = 0;
  return {
    surveys,
    parallelism: threads.length,
    hash: () =>
      new WorkerHashSession(
        () => leastBusy(threads, (thread) => thread.sessions),
        pool,
        sessions++,
      ),
    decodeFrame: async (frame, maxBytes) => {
      const target = results.take(maxBytes);
      const thread = leastBusy(threads, (each) => each.outstanding);
      try {
        const shared = frame.buffer instanceof SharedArrayBuffer;
        // A copy that is moved: sending a part of a larger buffer would copy all of that.
        const given = shared ? frame : new Uint8Array(frame);
        const moved = given.buffer instanceof ArrayBuffer ? [given.buffer] : [];
        const length = await thread.ask(
          { kind: 'decode', frame: given, maxBytes, target: target.subarray(0, maxBytes) },
          frame.length + maxBytes,
          moved,
        );
        return target.subarray(0, Number(length));
      } catch (error) {
        results.giveBack(target);
        throw error;
      }
    },
    recycle: (content) => {
      if (content.buffer instanceof SharedArrayBuffer) results.giveBack(content);
      else freeNow(content);
    },
    encodeFrame: async (content, level) => {
      // The encoder brings its own threads.
      while (encoding.size >= threads.length) await Promise.race(encoding);
      const made = encodeFrameNow(content, level);
      const watched = made.catch(() => undefined).finally(() => encoding.delete(watched));
      encoding.add(watched);
      return made;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([surveys.end(), ...threads.map((thread) => thread.stop())]);
    },
  };
}

function leastBusy(
  threads: readonly ComputeThread[],
  load: (thread: ComputeThread) => number,
): ComputeThread {
  let best = threads[0] ?? new ComputeThread();
  for (const thread of threads) {
    const difference = load(thread) - load(best);
    if (difference < 0 || (difference === 0 && thread.outstanding < best.outstanding))
      best = thread;
  }
  return best;
}

/** Shared memory that threads decode into. */
class ResultMemory {
  readonly #own = new WeakSet<ArrayBufferLike>();
  #free: Uint8Array[] = [];

  take(bytes: number): Uint8Array {
    const index = this.#free.findIndex((each) => each.length >= bytes);
    const [found] = index < 0 ? [] : this.#free.splice(index, 1);
    const memory =
      found ??
      new Uint8Array(
        new SharedArrayBuffer(Math.max(1, Math.ceil(bytes / resultStep)) * resultStep),
      );
    this.#own.add(memory.buffer);
    return memory;
  }

  giveBack(content: Uint8Array): void {
    if (!this.#own.delete(content.buffer)) return;
    this.#free.push(new Uint8Array(content.buffer));
    if (this.#free.length > mostFreeResults) this.#free.shift();
  }
}
