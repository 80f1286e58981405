import { type FileHandle, open } from 'node:fs/promises';
import type { ChunkSource } from '../../archive/chunk-source.ts';
import type { Run } from '../../support/run.ts';

const chunkBytes = 4 * 2 ** 20;
/** Reads under way or waiting to be taken. */
const readAhead = 2;
/** Files lie in whole pages; some processors copy far slower between places equally far into a page. */
const skewBytes = 512;

/**
 * A file front to back, in shared memory that worker threads hash where it lies. Chunks given back are
 * used again: fresh memory for each would cost more than the reading.
 * @throws system errors, for the caller to translate
 */
export function fileChunks(path: string, run: Run): ChunkSource {
  const free: Uint8Array[] = [];
  const own = new WeakSet<ArrayBufferLike>();
  const memory = (): Uint8Array => {
    const buffer =
      free.pop() ?? new Uint8Array(new SharedArrayBuffer(skewBytes + chunkBytes), skewBytes);
    own.add(buffer.buffer);
    return buffer;
  };
  async function* walk(): AsyncGenerator<Uint8Array> {
    run.signal.throwIfAborted();
    const handle = await open(path, 'r');
    const ahead: Promise<Uint8Array>[] = [];
    try {
      let asked = 0;
      const ask = (): void => {
        const reading = fill(handle, asked, memory());
        reading.catch(() => undefined); // awaited in its turn
        ahead.push(reading);
        asked += chunkBytes;
      };
      for (let count = 0; count < readAhead; count++) ask();
      for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
        const chunk = await next;
        run.signal.throwIfAborted();
        const full = chunk.length === chunkBytes;
        if (full) ask();
        if (chunk.length > 0) yield chunk;
        if (!full) return;
      }
    } finally {
      await Promise.allSettled(ahead);
      await handle.close();
    }
  }
  return {
    [Symbol.asyncIterator]: walk,
    recycle(chunk) {
      if (own.delete(chunk.buffer)) free.push(new Uint8Array(chunk.buffer, skewBytes));
    },
  };
}

/**
 * A file front to back, for one who is done with a chunk before asking for the next: its memory is then
 * used again.
 */
export async function* lentChunks(path: string, run: Run): AsyncGenerator<Uint8Array> {
  const source = fileChunks(path, run);
  for await (const chunk of source) {
    yield chunk;
    source.recycle?.(chunk);
  }
}

/** Fills memory from an offset; fewer bytes only where the file ends. */
async function fill(handle: FileHandle, offset: number, target: Uint8Array): Promise<Uint8Array> {
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
