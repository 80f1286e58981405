import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unsizedFrame } from '../../test/support/tar-bytes.ts';
import { inProcessCompute } from './compute-in-process.ts';
import { FrameFeed } from './frame-feed.ts';
import { encodeRawFrame } from './raw-frame.ts';
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

describe('a table that says other things than there are', () => {
  const one = encodeRawFrame(Buffer.alloc(512, 'a'));
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
  const taken = async (
    bytes: Buffer,
    contentSize: number,
    size = bytes.length,
  ): Promise<Buffer> => {
    const archive = {
      size: bytes.length,
      read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
    };
    const feed = new FrameFeed(
      archive,
      [{ size, contentSize }],
      defaultReadLimits,
      inProcessCompute(),
    );
    return Buffer.from(await feed.take(contentSize));
  };

  it('is believed where it is right', async () => {
    expect(await taken(Buffer.from(one), 512)).toEqual(Buffer.alloc(512, 'a'));
    const packed = zstdCompressSync(Buffer.alloc(512, 'b'));
    expect(await taken(packed, 512)).toEqual(Buffer.alloc(512, 'b'));
  });

  it.each<[string, Buffer, number]>([
    ['two frames in the place of one', Buffer.concat([one, one]), 1024],
    [
      'a frame and one without content',
      Buffer.concat([one, encodeRawFrame(new Uint8Array())]),
      512,
    ],
    ['a frame and bytes that are passed over', Buffer.concat([skippable, one]), 512],
    ['the same behind it', Buffer.concat([one, skippable]), 512],
    ['less content', Buffer.from(one), 1024],
    ['nothing at all', Buffer.alloc(0), 512],
  ])('is refused: %s', async (_what, bytes, contentSize) => {
    await expect(taken(bytes, contentSize)).rejects.toMatchObject({ code: 'ZSTD_SEEK_TABLE' });
  });
});
