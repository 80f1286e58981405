import type { FileHandle } from 'node:fs/promises';
import type { Run } from '../../support/run.ts';

const chunkBytes = 4 * 2 ** 20;
/** Reads under way or waiting to be taken. */
const readsAhead = 2;
/**
 * Where in its memory a chunk begins. The system keeps files in whole pages, and some processors copy
 * several times slower between two places that lie equally far into their pages.
 */
const skewBytes = 512;
/** Chunks of shared memory that may be out at once, far more than any reader that gives them back holds. */
const mostShared = 64;

/** Memory to read a file into, to the byte as long as asked for. */
export function skewedMemory(length: number): Uint8Array {
  return new Uint8Array(skewBytes + length).subarray(skewBytes);
}

/**
 * Memory of chunks, shared with worker threads that hash them where they lie. What is given back is used
 * again: fresh memory for each chunk would cost more than the reading. Who never gives any back gets ordinary
 * memory after a while: shared memory does not press the engine to collect it, and would grow to the size of the file.
 */
export class ChunkMemory {
  readonly #length: number;
  readonly #free: Uint8Array[] = [];
  readonly #own = new WeakSet<ArrayBufferLike>();
  #lent = 0;

  /** @param wholeBytes all that will be read: a chunk is never longer */
  constructor(wholeBytes = chunkBytes) {
    this.#length = Math.min(chunkBytes, wholeBytes);
  }

  take(): Uint8Array {
    const memory = this.#free.pop() ?? this.#fresh(skewBytes + this.#length);
    this.#own.add(memory.buffer);
    this.#lent++;
    return memory;
  }

  /** Takes back a chunk, once; what is not from here is nobody's. */
  giveBack(chunk: Uint8Array): void {
    if (!this.#own.delete(chunk.buffer)) return;
    this.#lent--;
    this.#free.push(new Uint8Array(chunk.buffer, skewBytes));
  }

  clear(): void {
    this.#free.length = 0;
  }

  #fresh(bytes: number): Uint8Array {
    const isShared = this.#lent < mostShared;
    return new Uint8Array(
      isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes),
      skewBytes,
    );
  }
}

/**
 * Chunks from `start` to `end`, or to the first one that `read` does not fill; the next ones are read while the
 * caller works on one.
 */
export async function* readAhead(
  read: (offset: number, target: Uint8Array) => Promise<Uint8Array>,
  { start, end }: { readonly start: number; readonly end: number },
  memory: ChunkMemory,
  run: Run,
): AsyncGenerator<Uint8Array> {
  const ahead: Promise<Uint8Array>[] = [];
  let asked = start;
  const ask = (): void => {
    const length = Math.min(chunkBytes, end - asked);
    if (length <= 0) return;
    const reading = read(asked, memory.take().subarray(0, length));
    reading.catch(() => undefined); // awaited in its turn
    ahead.push(reading);
    asked += length;
  };
  try {
    for (let count = 0; count < readsAhead; count++) ask();
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
      const chunk = await next;
      run.signal.throwIfAborted();
      const full = chunk.length === chunkBytes;
      if (full) ask();
      if (chunk.length > 0) yield chunk;
      if (!full) return;
    }
  } finally {
    for (const untaken of await Promise.allSettled(ahead))
      if (untaken.status === 'fulfilled') memory.giveBack(untaken.value);
  }
}

/** Fills the target from an offset; fewer bytes only where the file ends. */
export async function readFully(
  handle: FileHandle,
  offset: number,
  target: Uint8Array,
): Promise<Uint8Array> {
  let filled = 0;
  while (filled < target.length) {
    const { bytesRead } = await handle.read(
      target,
      filled,
      target.length - filled,
      offset + filled,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return target.subarray(0, filled);
}
