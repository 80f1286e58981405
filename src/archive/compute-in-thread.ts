import type { Compute } from './compute.ts';
import { computeHere } from './compute-here.ts';
import { decodeFrameNow } from './frame-codec.ts';

/** More than what Node puts several buffers into: memory that nothing else lies in. */
const ownMemoryBytes = 2 ** 20;

/** Compute on the calling thread and nowhere else: for threads that do nothing besides, and for a few small frames. */
export function inThreadCompute(): Compute {
  return {
    ...computeHere(),
    parallelism: 1,
    decodeFrame: async (frame, maxBytes) => decodeFrameNow(frame, maxBytes),
    recycle: freeNow,
  };
}

/** Not worth freeing by hand. */
const smallBytes = 2 ** 14;

/** Frees large memory of this thread's own, which a collector would leave lying for a long while; shared memory stays. */
export function freeNow(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer)) return;
  const whole = bytes.byteLength === buffer.byteLength && bytes.byteLength >= smallBytes;
  if (whole || buffer.byteLength >= ownMemoryBytes) buffer.transfer(0);
}
