import { open } from 'node:fs/promises';
import type { ChunkSource } from '../../archive/chunk-source.ts';
import type { Run } from '../../support/run.ts';
import { ChunkMemory, readAhead, readFully } from './read-ahead.ts';

/**
 * A file front to back, in shared memory that worker threads hash where it lies. Chunks given back are
 * used again.
 * @throws system errors, for the caller to translate
 */
export function fileChunks(path: string, run: Run): ChunkSource {
  let memory: ChunkMemory | undefined;
  async function* walk(): AsyncGenerator<Uint8Array> {
    run.signal.throwIfAborted();
    const handle = await open(path, 'r');
    try {
      // A byte more than there is: a file that grows meanwhile is seen to.
      memory ??= new ChunkMemory((await handle.stat()).size + 1);
      yield* readAhead(
        (offset, target) => readFully(handle, offset, target),
        { start: 0, end: Number.POSITIVE_INFINITY },
        memory,
        run,
      );
    } finally {
      await handle.close();
    }
  }
  return {
    [Symbol.asyncIterator]: walk,
    recycle: (chunk) => memory?.giveBack(chunk),
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
