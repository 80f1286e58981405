import { createHash } from 'node:crypto';
import type { Compute } from './compute.ts';
import { encodeFrameNow } from './frame-codec.ts';

/** What every compute without threads of its own does on the thread that calls: hashing and encoding. */
export function computeHere(): Pick<Compute, 'hash' | 'encodeFrame' | typeof Symbol.asyncDispose> {
  return {
    hash: () => {
      const hash = createHash('sha256');
      return {
        update: (bytes) => void hash.update(bytes),
        settled: async () => undefined,
        digest: async () => hash.digest('hex'),
      };
    },
    encodeFrame: encodeFrameNow,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
