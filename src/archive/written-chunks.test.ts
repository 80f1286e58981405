import { describe, expect, it } from 'vitest';
import { WrittenChunks } from './written-chunks.ts';

const chunk = (fill: number, size = 8): Uint8Array => new Uint8Array(size).fill(fill);
const mebi = 2 ** 20;

describe('chunks that are read while they are written', () => {
  it('hands over every byte in its order and ends with the writing', async () => {
    const chunks = new WrittenChunks();
    const seen = Array.fromAsync(chunks);
    for (const fill of [1, 2, 3]) await chunks.offer(chunk(fill));
    await chunks.offer(new Uint8Array(0));
    chunks.end();
    expect((await seen).map(([first]) => first)).toEqual([1, 2, 3]);
  });

  it('tells the writer of memory that the reader is done with, and of no other', async () => {
    const chunks = new WrittenChunks();
    const released: number[] = [];
    for (const fill of [1, 2, 3]) await chunks.offer(chunk(fill), () => released.push(fill));
    const reader = chunks[Symbol.asyncIterator]();
    const first = await reader.next();
    await reader.next();
    expect(released).toEqual([]);
    if (first.done !== true) chunks.recycle(first.value);
    expect(released).toEqual([1]);
    await reader.return(undefined);
    // The second is still looked at; the third nobody will ever see.
    expect(released).toEqual([1, 3]);
  });

  it('gives back all chunks of one memory together', async () => {
    const chunks = new WrittenChunks();
    const memory = chunk(7, 16);
    const released: string[] = [];
    await chunks.offer(memory.subarray(0, 8), () => released.push('a'));
    await chunks.offer(memory.subarray(8), () => released.push('b'));
    const reader = chunks[Symbol.asyncIterator]();
    await reader.next();
    await reader.next();
    chunks.recycle(memory);
    chunks.recycle(memory);
    expect(released).toEqual(['a', 'b']);
  });

  it('lets the writer wait while the reader holds much', async () => {
    const chunks = new WrittenChunks();
    const reader = chunks[Symbol.asyncIterator]();
    let offered = 0;
    const writing = (async () => {
      for (let count = 0; count < 10; count++) {
        await chunks.offer(chunk(count, 8 * mebi));
        offered++;
      }
    })();
    await new Promise(setImmediate);
    expect(offered).toBeLessThan(8);
    for (let count = 0; count < 10; count++) {
      const next = await reader.next();
      if (next.done !== true) chunks.recycle(next.value);
    }
    await writing;
    expect(offered).toBe(10);
  });

  it('gives a reader more that has seen everything and gives nothing back', async () => {
    const chunks = new WrittenChunks(mebi);
    const seen = Array.fromAsync(chunks);
    for (const fill of [1, 2, 3, 4]) await chunks.offer(chunk(fill, mebi));
    chunks.end();
    expect(await seen).toHaveLength(4);
  });

  it('lets a writer that waits go on when the reader leaves', async () => {
    const chunks = new WrittenChunks();
    const reader = chunks[Symbol.asyncIterator]();
    const writing = (async () => {
      for (let count = 0; count < 10; count++) await chunks.offer(chunk(count, 8 * mebi));
    })();
    await reader.next();
    await reader.return(undefined);
    await expect(writing).resolves.toBeUndefined();
  });

  it('passes a failure of the writer on, instead of bytes that are worth nothing', async () => {
    const chunks = new WrittenChunks();
    await chunks.offer(chunk(1));
    chunks.fail(new Error('disk full'));
    await expect(Array.fromAsync(chunks)).rejects.toThrow('disk full');
  });
});
