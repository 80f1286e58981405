import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Compute } from '../../src/archive/compute.ts';

/** The smallest Compute: everything at once, on the calling thread, with Node's own codec. */
export function localCompute(parallelism = 1): Compute {
  return {
    parallelism,
    hash: () => {
      const hash = createHash('sha256');
      return {
        update: (bytes) => void hash.update(bytes),
        settled: async () => undefined,
        digest: async () => hash.digest('hex'),
      };
    },
    decodeFrame: async (frame, maxBytes) =>
      zstdDecompressSync(frame, { maxOutputLength: maxBytes }),
    encodeFrame: async (content, level) =>
      zstdCompressSync(content, {
        params: {
          [constants.ZSTD_c_compressionLevel]: level,
          [constants.ZSTD_c_contentSizeFlag]: 1,
        },
        pledgedSrcSize: content.length,
      }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
