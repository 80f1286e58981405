import { expect, it } from 'vitest';
import { unsizedFrame } from '../../test/support/tar-bytes.ts';
import { inProcessCompute } from './compute-in-process.ts';
import { FrameFeed } from './frame-feed.ts';
import { defaultReadLimits } from './read-limits.ts';

it('leaves a frame as soon as it holds more than the table says', async () => {
  const frame = unsizedFrame(Buffer.alloc(80 * 2 ** 20));
  const archive = {
    size: frame.length,
    read: async (offset: number, length: number) => frame.subarray(offset, offset + length),
  };
  const table = [{ size: frame.length, contentSize: 1024 }];
  const feed = new FrameFeed(archive, table, defaultReadLimits, inProcessCompute());
  // Read on, it would be refused for its expansion, with all of it in memory.
  await expect(feed.take(512)).rejects.toMatchObject({ code: 'ZSTD_SEEK_TABLE' });
});
