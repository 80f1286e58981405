import { describe, expect, it } from 'vitest';
import { ChunkMemory, readAhead } from './read-ahead.ts';

const run = { signal: new AbortController().signal };
const isShared = ({ buffer }: Uint8Array): boolean => buffer instanceof SharedArrayBuffer;

describe('memory of chunks', () => {
  it('is ordinary memory, which is collected, for who gives none back', () => {
    const memory = new ChunkMemory(10);
    const taken = Array.from({ length: 65 }, () => memory.take());
    expect(taken.filter(isShared)).toHaveLength(64);
    expect(taken.map(({ length }) => length)).toEqual(taken.map(() => 10));
  });

  it('stays shared for who gives it back, however often', () => {
    const memory = new ChunkMemory(10);
    for (let round = 0; round < 200; round++) {
      const chunk = memory.take();
      expect(isShared(chunk)).toBe(true);
      memory.giveBack(chunk);
    }
  });
});

describe('reading ahead', () => {
  it('gives back what was read for nobody', async () => {
    const memory = new ChunkMemory(2 ** 22);
    for (let round = 0; round < 40; round++) {
      const read = async (_offset: number, target: Uint8Array) => target;
      for await (const chunk of readAhead(read, { start: 0, end: 2 ** 25 }, memory, run)) {
        memory.giveBack(chunk);
        break;
      }
    }
    expect(isShared(memory.take())).toBe(true);
  });
});
