import { constants, zstdDecompressSync } from 'node:zlib';
import { EnvironmentError } from '../errors/families.ts';
import { ArchiveError } from './archive-error.ts';
import { frameLevel } from './frame-plan.ts';

/** The machine lacks a part that this program computes with. */
class ComputeError extends EnvironmentError<'ENCODER_MISSING'> {}

/** Which of our codes a decoder's error is. */
export function decodeErrorCode(
  error: unknown,
): 'ZSTD_CHECKSUM' | 'ZSTD_DATA_INVALID' | 'LIMIT_EXPANSION' {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_BUFFER_TOO_LARGE') return 'LIMIT_EXPANSION';
  return code.includes('checksum_wrong') ? 'ZSTD_CHECKSUM' : 'ZSTD_DATA_INVALID';
}

/** A decoder's error as one of ours. */
export function decodeError(error: unknown): ArchiveError {
  return new ArchiveError(
    decodeErrorCode(error),
    `a zstd frame cannot be decoded: ${error instanceof Error ? error.message : String(error)}`,
    { cause: error },
  );
}

/** How a decoder is told to produce its output in one piece, and never more than allowed. */
export function decodeOptions(maxBytes: number): {
  readonly chunkSize: number;
  readonly maxOutputLength: number;
  readonly params: Record<number, number>;
} {
  const most = Math.max(1, maxBytes);
  // One byte more than can come: a full buffer would cost a second round to find out that nothing is left.
  return {
    chunkSize: Math.max(64, Math.min(most, 2 ** 24) + 1),
    maxOutputLength: most,
    params: { [constants.ZSTD_d_windowLogMax]: 29 },
  };
}

/**
 * Decodes exactly one frame on the calling thread.
 * @throws ArchiveError ZSTD_CHECKSUM, ZSTD_DATA_INVALID, LIMIT_EXPANSION
 */
export function decodeFrameNow(frame: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return zstdDecompressSync(frame, decodeOptions(maxBytes));
  } catch (error) {
    throw decodeError(error);
  }
}

/**
 * Encodes content as one frame, on the encoder's own threads. The encoder's package passes no level
 * on to its native part, whose default is the pinned one: any other is refused rather than ignored.
 * @throws ComputeError ENCODER_MISSING
 * @throws RangeError for another level than the pinned one, a programming error
 */
export async function encodeFrameNow(content: Uint8Array, level: number): Promise<Uint8Array> {
  if (level !== frameLevel)
    throw new RangeError(`frames are encoded at level ${frameLevel}, not ${level}`);
  let encoder: typeof import('@mongodb-js/zstd');
  try {
    encoder = await import('@mongodb-js/zstd');
  } catch (error) {
    throw new ComputeError(
      'ENCODER_MISSING',
      'the native zstd encoder cannot be loaded on this machine',
      {
        cause: error,
        suggestions: ['npm ci'],
      },
    );
  }
  return encoder.compress(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
}
