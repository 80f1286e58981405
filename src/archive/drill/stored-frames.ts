import { encodeRawFrame, maxFrameContentBytes } from '../raw-frame.ts';

/** A stream as zstd frames that store it: what a tar changed in passing becomes an archive again with. */
export async function* storedFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    for (let rest: Uint8Array = chunk; rest.length > 0; ) {
      const take = Math.min(rest.length, maxFrameContentBytes - bytes);
      // Copied: the memory of a chunk may be used again for the next one.
      held.push(Uint8Array.from(rest.subarray(0, take)));
      bytes += take;
      rest = rest.subarray(take);
      if (bytes < maxFrameContentBytes) continue;
      yield encodeRawFrame(Buffer.concat(held));
      held = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield encodeRawFrame(Buffer.concat(held));
}
