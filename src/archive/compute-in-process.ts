import { createHash } from 'node:crypto';
import { zstdDecompress } from 'node:zlib';
import type { Compute } from './compute.ts';
import { decodeError, decodeOptions, encodeFrameNow } from './frame-codec.ts';

/** Compute on the calling thread; decoding and encoding run on the process's own thread pool. */
export function inProcessCompute(): Compute {
  return {
    parallelism: 2,
    hash: () => {
      const hash = createHash('sha256');
      return {
        update: (bytes) => void hash.update(bytes),
        settled: async () => undefined,
        digest: async () => hash.digest('hex'),
      };
    },
    decodeFrame: (frame, maxBytes) =>
      new Promise((resolve, reject) => {
        zstdDecompress(frame, decodeOptions(maxBytes), (error, content) => {
          if (error === null) resolve(content);
          else reject(decodeError(error));
        });
      }),
    encodeFrame: encodeFrameNow,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
