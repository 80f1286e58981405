import { expect, it } from 'vitest';
import { unsizedFrame } from '../../test/support/tar-bytes.ts';
import { ByteFeed } from './byte-feed.ts';
import { inProcessCompute } from './compute-in-process.ts';
import { decodeFrames, FrameWalk } from './decode-frames.ts';
import { defaultReadLimits } from './read-limits.ts';

const bytes = 832 * 2 ** 20;

it('reads much content without a warning of the runtime', async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error): void => void warnings.push(warning);
  process.on('warning', hear);
  // Each 64 MiB of content are waited for: more often than listeners are borne without a warning.
  const frame = unsizedFrame(Buffer.alloc(bytes));
  async function* cut(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < frame.length; at += 2048) yield frame.subarray(at, at + 2048);
  }
  const limits = { ...defaultReadLimits, maxExpansion: 2 ** 20 };
  const walk = new FrameWalk();
  let size = 0;
  for await (const piece of decodeFrames(new ByteFeed(cut()), limits, inProcessCompute(), walk))
    size += piece.length;
  // Warnings are told later.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', hear);
  expect(size).toBe(bytes);
  expect(warnings.map(({ name }) => name)).toEqual([]);
});
