import { readSync } from 'node:fs';
import type { ChunkSource } from '../../archive/chunk-source.ts';
import type { FileSpan, ReadFault } from '../../archive/open-files.ts';
import type { SharedWatch } from './shared-watch.ts';

/** Read at once: little enough to stay in a processor's cache until it is hashed. */
const chunkBytes = 2 ** 20;
/** Files lie in whole pages; some processors copy far slower between places equally far into a page. */
const skewBytes = 512;

/** A file could not be read. */
export class Unreadable extends Error {
  readonly fault: ReadFault;

  constructor(fault: ReadFault) {
    super('a file could not be read');
    this.fault = fault;
  }
}

/** The bytes of the files from `start` up to `end`, read on the calling thread. Chunks given back are used again. */
export function spanChunks(
  files: readonly FileSpan[],
  start: number,
  end: number,
  watch: SharedWatch,
): ChunkSource {
  const free: Uint8Array[] = [];
  const own = new WeakSet<ArrayBufferLike>();
  return {
    async *[Symbol.asyncIterator]() {
      for (let at = start; at < end; ) {
        const memory =
          free.pop() ?? new Uint8Array(new ArrayBuffer(skewBytes + chunkBytes), skewBytes);
        own.add(memory.buffer);
        const chunk = memory.subarray(0, Math.min(chunkBytes, end - at));
        readSpans(files, at, chunk, watch);
        at += chunk.length;
        yield chunk;
      }
    },
    recycle(chunk) {
      if (own.delete(chunk.buffer)) free.push(new Uint8Array(chunk.buffer, skewBytes));
    },
  };
}

/** Fills memory from an offset of the whole. @throws Unreadable, Stopped */
export function readSpans(
  files: readonly FileSpan[],
  offset: number,
  target: Uint8Array,
  watch: SharedWatch,
): void {
  watch.throwIfStopped();
  let filled = 0;
  for (const [span, { descriptor, start, end }] of files.entries()) {
    while (filled < target.length && offset + filled >= start && offset + filled < end) {
      const at = offset + filled - start;
      const most = Math.min(target.length - filled, end - start - at);
      const bytes = readOnce(span, descriptor, target, filled, most, at);
      if (bytes === 0) throw new Unreadable({ span, code: undefined });
      filled += bytes;
    }
  }
  // Behind the last file: it was asked for more than there is.
  if (filled < target.length) throw new Unreadable({ span: files.length - 1, code: undefined });
  watch.read(target.length);
}

function readOnce(
  span: number,
  descriptor: number,
  target: Uint8Array,
  filled: number,
  most: number,
  at: number,
): number {
  try {
    return readSync(descriptor, target, filled, most, at);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Unreadable({ span, code });
  }
}
