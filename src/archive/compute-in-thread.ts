import { createHash } from 'node:crypto';
import type { Compute } from './compute.ts';
import { decodeFrameNow, encodeFrameNow } from './frame-codec.ts';

/** More than what Node puts several buffers into: memory that nothing else lies in. */
const ownMemoryBytes = 2 ** 20;

/** Compute on the calling thread and nowhere else: for threads that do nothing besides, and for a few small frames. */
export function inThreadCompute(): Compute {
  return {
    parallelism: 1,
    hash: () => {
      const hash = createHash('sha256');
      return {
        update: (bytes) => void hash.update(bytes),
        settled: async () => undefined,
        digest: async () => hash.digest('hex'),
      };
    },
    decodeFrame: async (frame, maxBytes) => decodeFrameNow(frame, maxBytes),
    recycle: freeNow,
    encodeFrame: encodeFrameNow,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Frees large memory of this thread's own, which a collector would leave lying for a long while; shared memory stays. */
export function freeNow(bytes: Uint8Array): void {
  if (bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength >= ownMemoryBytes)
    bytes.buffer.transfer(0);
}
