import { createHash } from 'node:crypto';
import { constants, zstdDecompress } from 'node:zlib';
import { EnvironmentError } from '../errors/families.ts';
import { ArchiveError } from './archive-error.ts';
import type { Compute } from './compute.ts';

/** The machine lacks a part that this program computes with. */
export class ComputeError extends EnvironmentError<'ENCODER_MISSING'> {}

/** Which of our codes a decoder's error is. */
export function decodeErrorCode(error: unknown): 'ZSTD_CHECKSUM' | 'ZSTD_DATA_INVALID' | 'LIMIT_EXPANSION' {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_BUFFER_TOO_LARGE') return 'LIMIT_EXPANSION';
  return code.includes('checksum_wrong') ? 'ZSTD_CHECKSUM' : 'ZSTD_DATA_INVALID';
}

/** Compute on the calling thread; decoding and encoding run on Node's own thread pool. */
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
        const options = { maxOutputLength: Math.max(1, maxBytes), params: { [constants.ZSTD_d_windowLogMax]: 29 } };
        zstdDecompress(frame, options, (error, content) => {
          if (error === null) resolve(content);
          else reject(new ArchiveError(decodeErrorCode(error), `a zstd frame cannot be decoded: ${error.message}`, { cause: error }));
        });
      }),
    encodeFrame: async (content, level) => {
      let encoder: typeof import('@mongodb-js/zstd');
      try {
        encoder = await import('@mongodb-js/zstd');
      } catch (error) {
        throw new ComputeError('ENCODER_MISSING', 'the native zstd encoder cannot be loaded on this machine', {
          cause: error,
          suggestions: ['npm ci'],
        });
      }
      return encoder.compress(Buffer.from(content.buffer, content.byteOffset, content.byteLength), level);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
