import { zstdDecompress } from 'node:zlib';
import type { Compute } from './compute.ts';
import { computeHere } from './compute-here.ts';
import { decodeError, decodeOptions } from './frame-codec.ts';

/** Compute on the calling thread, but decoding, which runs on the process's own thread pool. */
export function inProcessCompute(): Compute {
  return {
    ...computeHere(),
    parallelism: 2,
    decodeFrame: (frame, maxBytes) =>
      new Promise((resolve, reject) => {
        zstdDecompress(frame, decodeOptions(maxBytes), (error, content) => {
          if (error === null) resolve(content);
          else reject(decodeError(error));
        });
      }),
  };
}
