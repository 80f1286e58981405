import type { RandomAccess } from './byte-sink.ts';
import type { ReadLimits } from './read-limits.ts';
import type { FrameSizes } from './seek-table-write.ts';
import { seekTableMagic } from './zstd-frames.ts';

const seekableMagic = 0x8f92eab1;
const footerBytes = 9;
const skippableHeaderBytes = 8;

/** True when the payload of a skippable frame ends like a seek table. */
export function isSeekTable(payload: Uint8Array): boolean {
  return (
    payload.length >= footerBytes &&
    Buffer.from(payload.buffer, payload.byteOffset, payload.length).readUInt32LE(
      payload.length - 4,
    ) === seekableMagic
  );
}

/**
 * Bytes of the payload that ends with this footer; undefined when it is no footer of a seek table.
 * @see Zstandard Seekable Format 0.1.0, Seek_Table_Footer
 */
function seekTableBytes(footer: Uint8Array): number | undefined {
  const bytes = Buffer.from(footer.buffer, footer.byteOffset, footer.length);
  if (
    bytes.length !== footerBytes ||
    bytes.readUInt32LE(5) !== seekableMagic ||
    (bytes.readUInt8(4) & 0x7c) !== 0
  )
    return undefined;
  return bytes.readUInt32LE(0) * ((bytes.readUInt8(4) & 0x80) === 0 ? 8 : 12) + footerBytes;
}

/** The frames that a seek table lists, skippable ones included; undefined when the table is malformed. */
function parseSeekTable(payload: Uint8Array): readonly FrameSizes[] | undefined {
  if (seekTableBytes(payload.subarray(-footerBytes)) !== payload.length) return undefined;
  const table = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const width = (table.readUInt8(table.length - 5) & 0x80) === 0 ? 8 : 12;
  const frames: FrameSizes[] = [];
  for (let at = 0; at < table.length - footerBytes; at += width)
    frames.push({ size: table.readUInt32LE(at), contentSize: table.readUInt32LE(at + 4) });
  return frames;
}

/**
 * The frames by a seek table at the end of a file that accounts for every byte before it; undefined
 * where there is no such table. A hint: nothing says that the frames are there.
 */
export async function readSeekTable(
  archive: RandomAccess,
  limits: ReadLimits,
): Promise<readonly FrameSizes[] | undefined> {
  const footer = await archive.read(Math.max(0, archive.size - footerBytes), footerBytes);
  const length = seekTableBytes(footer);
  if (
    length === undefined ||
    length > footerBytes + 12 * limits.maxFrames ||
    length + skippableHeaderBytes > archive.size
  )
    return undefined;
  const bytes = Buffer.from(
    await archive.read(archive.size - length - skippableHeaderBytes, length + skippableHeaderBytes),
  );
  if (
    bytes.length < length + skippableHeaderBytes ||
    bytes.readUInt32LE(0) !== seekTableMagic ||
    bytes.readUInt32LE(4) !== length
  )
    return undefined;
  const frames = parseSeekTable(bytes.subarray(skippableHeaderBytes));
  return frames?.reduce((sum, frame) => sum + frame.size, bytes.length) === archive.size
    ? frames
    : undefined;
}

/** Whether a seek table says of the frames with content what was seen of them. */
export function tableAgrees(payload: Uint8Array, frames: readonly FrameSizes[]): boolean {
  // Skippable frames between data frames may be listed, with no content.
  const listed = parseSeekTable(payload)?.filter((frame) => frame.contentSize > 0);
  const seen = frames.filter((frame) => frame.contentSize > 0);
  return (
    listed?.length === seen.length &&
    listed.every(
      (frame, index) =>
        frame.size === seen[index]?.size && frame.contentSize === seen[index]?.contentSize,
    )
  );
}
