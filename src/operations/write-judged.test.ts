import { describe, expect, it } from 'vitest';
import type { ChunkSource } from '../archive/chunk-source.ts';
import type { WrittenChunks } from '../archive/written-chunks.ts';
import { writeJudged } from './write-judged.ts';

const piece = (): Uint8Array => new Uint8Array(16 * 2 ** 20).fill(5);
const total = async (content: ChunkSource): Promise<number> => {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    content.recycle?.(chunk);
  }
  return bytes;
};
const writes = async (reader: WrittenChunks): Promise<string> => {
  for (let count = 0; count < 6; count++) await reader.offer(piece());
  return 'written';
};

describe('writing and judging in one go', () => {
  it('gives the judge every byte, and what both say', async () => {
    expect(await writeJudged(writes, total)).toEqual({ written: 'written', report: 96 * 2 ** 20 });
  });

  it('does not wait for a judge that has seen enough', async () => {
    const { report } = await writeJudged(writes, async (content) => {
      for await (const chunk of content) return chunk.length;
      return 0;
    });
    expect(report).toBe(16 * 2 ** 20);
  });

  it('does not wait for a judge that never looks', async () => {
    expect((await writeJudged(writes, async () => 'no')).report).toBe('no');
  });

  it('ends with the error of the writer, and the judge with it', async () => {
    let judged = 'running';
    const failing = writeJudged(
      async (reader) => {
        await reader.offer(piece());
        throw new Error('disk full');
      },
      (content) => total(content).finally(() => (judged = 'over')),
    );
    await expect(failing).rejects.toThrow('disk full');
    expect(judged).toBe('over');
  });

  it('ends with the error of the judge, after the writer', async () => {
    let written = false;
    const failing = writeJudged(
      async (reader) => {
        await writes(reader);
        written = true;
      },
      async () => Promise.reject(new Error('no archive')),
    );
    await expect(failing).rejects.toThrow('no archive');
    expect(written).toBe(true);
  });
});
