/** Sizes of one frame, bytes. */
export interface FrameSizes {
  /** As it lies in the file. */
  readonly size: number;
  /** What it decodes to. */
  readonly contentSize: number;
}

const skippableMagic = 0x184d2a5e;
const seekableMagic = 0x8f92eab1;
const entryBytes = 8;
const footerBytes = 9;
const skippableHeaderBytes = 8;
/** The number that the format's own reference gives as its limit. */
const maxSeekableFrames = 0x8000000;

/**
 * The final skippable frame that says where each frame lies. Entries carry no checksums: the table
 * is a hint for those who only look, whoever verifies walks all frames.
 * @throws RangeError when a number does not fit the format, a programming error
 * @see Zstandard Seekable Format 0.1.0
 */
export function renderSeekTable(frames: readonly FrameSizes[]): Uint8Array {
  if (frames.length > maxSeekableFrames)
    throw new RangeError(`${frames.length} frames do not fit a seek table`);
  const payload = frames.length * entryBytes + footerBytes;
  const bytes = new Uint8Array(skippableHeaderBytes + payload);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, skippableMagic, true);
  view.setUint32(4, payload, true);
  frames.forEach((frame, index) => {
    const at = skippableHeaderBytes + index * entryBytes;
    view.setUint32(at, frame.size, true);
    view.setUint32(at + 4, frame.contentSize, true);
  });
  const footer = bytes.length - footerBytes;
  view.setUint32(footer, frames.length, true);
  view.setUint8(footer + 4, 0); // no checksums, reserved bits zero
  view.setUint32(footer + 5, seekableMagic, true);
  return bytes;
}
