import { ByteFeed } from '../../src/archive/byte-feed.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { ContainerFault } from '../../src/archive/container-fault.ts';
import { decodeFrames, FrameWalk } from '../../src/archive/decode-frames.ts';
import { defaultReadLimits, type ReadLimits } from '../../src/archive/read-limits.ts';

/** What our walk and decoder make of frames: the content, or the code of what is wrong with them. */
export async function decodedByUs(
  bytes: Uint8Array,
  limits: Partial<ReadLimits> = {},
): Promise<Buffer | string> {
  async function* once(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const feed = new ByteFeed(once());
  const pieces: Buffer[] = [];
  try {
    for await (const piece of decodeFrames(
      feed,
      { ...defaultReadLimits, ...limits },
      inProcessCompute(),
      new FrameWalk(),
    ))
      pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces);
  } catch (error) {
    if (error instanceof ContainerFault) return error.code;
    throw error;
  } finally {
    await feed.close();
  }
}
