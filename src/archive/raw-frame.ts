/** The most content that one frame of ours holds. */
export const maxFrameContentBytes = 8 * 2 ** 20;

/** The most content of one block. @see RFC 8878 3.1.1.2.4, Block_Maximum_Size */
export const maxBlockBytes = 128 * 2 ** 10;

const magic = 0xfd2fb528;
/** Single segment, content size in four bytes, no checksum, no dictionary. @see RFC 8878 3.1.1.1.1 */
const frameDescriptor = 0b1010_0000;
const frameHeaderBytes = 9;
const blockHeaderBytes = 3;

/** Bytes of a frame that stores this much content in raw blocks. */
export function rawFrameBytes(contentBytes: number): number {
  return (
    frameHeaderBytes +
    contentBytes +
    blockHeaderBytes * Math.max(1, Math.ceil(contentBytes / maxBlockBytes))
  );
}

/**
 * Copies content to its place in a frame under construction, leaving room for the headers.
 * `contentOffset` counts content bytes. The frame is complete after `sealRawFrame`.
 */
export function fillRawFrame(frame: Uint8Array, contentOffset: number, content: Uint8Array): void {
  let done = 0;
  while (done < content.length) {
    const at = contentOffset + done;
    const take = Math.min(maxBlockBytes - (at % maxBlockBytes), content.length - done);
    frame.set(content.subarray(done, done + take), placeOf(at));
    done += take;
  }
}

/** The content of a frame under construction, from one byte up to another, in pieces where it lies. */
export function* rawContent(
  frame: Uint8Array,
  from: number,
  to: number,
): Generator<Uint8Array, undefined> {
  for (let at = from; at < to; ) {
    const end = Math.min(to, at - (at % maxBlockBytes) + maxBlockBytes);
    const place = placeOf(at);
    yield frame.subarray(place, place + end - at);
    at = end;
  }
}

/** Moves the content of a filled frame together, in its own memory: what an encoder wants. */
export function gatherRawContent(frame: Uint8Array, contentBytes: number): Uint8Array {
  for (let at = 0; at < contentBytes; at += maxBlockBytes)
    frame.copyWithin(at, placeOf(at), placeOf(at) + Math.min(maxBlockBytes, contentBytes - at));
  return frame.subarray(0, contentBytes);
}

/** Moves gathered content back to its places. */
export function spreadRawContent(frame: Uint8Array, contentBytes: number): void {
  const blocks = Math.ceil(contentBytes / maxBlockBytes);
  for (let block = blocks - 1; block >= 0; block--) {
    const at = block * maxBlockBytes;
    frame.copyWithin(placeOf(at), at, Math.min(at + maxBlockBytes, contentBytes));
  }
}

/** Where a byte of the content lies in its frame. */
function placeOf(contentOffset: number): number {
  const block = Math.floor(contentOffset / maxBlockBytes);
  return frameHeaderBytes + blockHeaderBytes * (block + 1) + contentOffset;
}

/**
 * Writes the headers of a frame filled with `contentBytes` bytes and returns the part of the buffer
 * that is the frame. Such a frame needs no encoder: the same bytes on every machine, and nothing is
 * computed on reading it.
 *
 * The content is a single segment, so the window is the content itself (at most 8 MiB), far below
 * the 2^29 that other readers stop at.
 * @throws RangeError for more than 8 MiB of content, a programming error
 * @see RFC 8878 3.1.1, Zstandard frames
 */
export function sealRawFrame(frame: Uint8Array, contentBytes: number): Uint8Array {
  if (contentBytes < 0 || contentBytes > maxFrameContentBytes)
    throw new RangeError(
      `a frame of ours holds at most ${maxFrameContentBytes} bytes, not ${contentBytes}`,
    );
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  view.setUint32(0, magic, true);
  view.setUint8(4, frameDescriptor);
  view.setUint32(5, contentBytes, true);
  const blocks = Math.max(1, Math.ceil(contentBytes / maxBlockBytes));
  for (let block = 0; block < blocks; block++) {
    const size = Math.min(maxBlockBytes, contentBytes - block * maxBlockBytes);
    const header = (size << 3) | (block === blocks - 1 ? 1 : 0); // block type 0: raw
    const at = frameHeaderBytes + block * (maxBlockBytes + blockHeaderBytes);
    view.setUint16(at, header & 0xffff, true);
    view.setUint8(at + 2, header >>> 16);
  }
  return frame.subarray(0, rawFrameBytes(contentBytes));
}

/** One frame that stores the content in raw blocks. @throws RangeError for more than 8 MiB */
export function encodeRawFrame(content: Uint8Array): Uint8Array {
  const frame = new Uint8Array(rawFrameBytes(content.length));
  fillRawFrame(frame, 0, content);
  return sealRawFrame(frame, content.length);
}
