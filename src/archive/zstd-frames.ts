import type { ByteFeed } from './byte-feed.ts';
import { ContainerFault } from './container-fault.ts';
import type { ReadLimits } from './read-limits.ts';

/** What a frame says about itself. */
export interface FrameHeader {
  /** Behind the magic. */
  readonly bytes: Uint8Array;
  /** Bytes of window a decoder needs. */
  readonly window: number;
  readonly contentSize: number | undefined;
  readonly checksum: boolean;
  /** The pieces of the frame that were not taken yet. */
  rest(feed: ByteFeed): AsyncIterable<{ readonly bytes: Uint8Array }>;
}

/**
 * Reads a frame header behind the magic.
 * @throws ContainerFault ZSTD_FRAME_INVALID, ZSTD_DICTIONARY, ZSTD_WINDOW_LIMIT
 * @see RFC 8878 3.1.1.1
 */
export async function readFrameHeader(take: (length: number) => Promise<Uint8Array>, limits: ReadLimits): Promise<FrameHeader> {
  const first = await take(1);
  const descriptor = first[0] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  // The unused bit too: decoders ignore it, encoders leave it zero, so nobody honest sets it.
  if ((descriptor & 0x18) !== 0) throw new ContainerFault('ZSTD_FRAME_INVALID', 'a reserved bit of a zstd frame header is set');
  const idBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  const rest = await take((single ? 0 : 1) + idBytes + sizeBytes);
  const at = single ? 0 : 1;
  if (rest.subarray(at, at + idBytes).some((byte) => byte !== 0)) throw new ContainerFault('ZSTD_DICTIONARY', 'a zstd frame needs a dictionary');
  let contentSize: number | undefined;
  if (sizeBytes > 0) {
    contentSize = sizeBytes === 2 ? 256 : 0;
    for (let index = 0; index < sizeBytes; index++) contentSize += (rest[at + idBytes + index] ?? 0) * 256 ** index;
  }
  const window = single ? (contentSize ?? 0) : 2 ** (10 + ((rest[0] ?? 0) >>> 3)) * (1 + ((rest[0] ?? 0) & 7) / 8);
  if (window > limits.maxWindowBytes) {
    throw new ContainerFault('ZSTD_WINDOW_LIMIT', `a zstd frame needs a window of ${window} bytes, at most ${limits.maxWindowBytes} are allowed`);
  }
  return { bytes: Buffer.concat([first, rest]), window, contentSize, checksum: (descriptor & 4) !== 0, rest: async function* () {} };
}
