import { ArchiveError } from './archive-error.ts';
import { maxBlockBytes } from './raw-frame.ts';
import type { FrameSizes } from './seek-table-write.ts';
import { frameMagic } from './zstd-frames.ts';

/**
 * Walks over frames that lie one after another in memory and compares them with what a seek table
 * says of them: each begins where the one before ends, none is longer or shorter, and what they say
 * of their content is what the table says.
 * @param start where the bytes begin in the file, for messages
 * @throws ArchiveError ZSTD_SEEK_TABLE, ZSTD_TRUNCATED
 */
export function requireFrames(
  bytes: Uint8Array,
  expected: readonly FrameSizes[],
  start: number,
): void {
  let at = 0;
  for (const frame of expected) {
    const part = bytes.subarray(at, at + frame.size);
    if (part.length < frame.size)
      throw new ArchiveError(
        'ZSTD_TRUNCATED',
        `the archive ends inside the frame at ${start + at}`,
      );
    const fault = frameFault(part, frame.contentSize);
    if (fault !== undefined)
      throw new ArchiveError(
        'ZSTD_SEEK_TABLE',
        `the seek table disagrees with the frame at ${start + at}: ${fault}`,
      );
    at += frame.size;
  }
}

/** Why these bytes are not exactly one frame with that much content; undefined when they are. Compressed blocks are not decoded. */
function frameFault(frame: Uint8Array, contentSize: number): string | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 6 || view.getUint32(0, true) !== frameMagic) return 'it is no frame';
  const descriptor = view.getUint8(4);
  const single = (descriptor & 0x20) !== 0;
  if ((descriptor & 0x03) !== 0) return 'it needs a dictionary';
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  let at = 5 + (single ? 0 : 1);
  if (frame.length < at + sizeBytes + 3) return 'it is shorter';
  if (sizeBytes > 0) {
    let said = sizeBytes === 2 ? 256 : 0;
    for (let index = 0; index < sizeBytes; index++)
      said += view.getUint8(at + index) * 256 ** index;
    if (said !== contentSize) return `its content has ${said} bytes, not ${contentSize}`;
  }
  at += sizeBytes;
  let stored = 0;
  for (let last = false; !last; ) {
    if (at + 3 > frame.length) return 'it is longer';
    const field = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const type = (field >> 1) & 3;
    const size = field >> 3;
    if (type === 3 || size > maxBlockBytes) return 'one of its blocks is none';
    last = (field & 1) === 1;
    at += 3 + (type === 1 ? 1 : size);
    stored = type === 2 ? Number.NaN : stored + size;
  }
  if ((descriptor & 4) !== 0) at += 4;
  if (at !== frame.length) return `it has ${at} bytes, not ${frame.length}`;
  // NaN where a block would have to be decoded to know.
  return Number.isNaN(stored) || stored === contentSize
    ? undefined
    : `its content has ${stored} bytes, not ${contentSize}`;
}
