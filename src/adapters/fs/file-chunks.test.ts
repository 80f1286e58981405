import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../oci/digest.ts';
import { fileChunks } from './file-chunks.ts';

const run = { signal: new AbortController().signal };
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-chunks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const noise = (length: number) =>
  Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 7919) >> 3));

describe('fileChunks', () => {
  it.each([0, 1, 4 * 2 ** 20 - 1, 4 * 2 ** 20, 4 * 2 ** 20 + 1, 13 * 2 ** 20])(
    'reads all %d bytes in order, giving memory back or not',
    async (length) => {
      const path = join(folder, `file-${length}`);
      const content = noise(length);
      await writeFile(path, content);
      expect(digestOf(Buffer.concat(await Array.fromAsync(fileChunks(path, run))))).toBe(
        digestOf(content),
      );
      const source = fileChunks(path, run);
      const copies: Buffer[] = [];
      for await (const chunk of source) {
        copies.push(Buffer.from(chunk));
        source.recycle?.(chunk);
      }
      expect(digestOf(Buffer.concat(copies))).toBe(digestOf(content));
    },
  );

  it('uses memory again that was given back, and no other', async () => {
    const path = join(folder, 'long');
    await writeFile(path, noise(40 * 2 ** 20));
    const source = fileChunks(path, run);
    const buffers = new Set<ArrayBufferLike>();
    for await (const chunk of source) {
      buffers.add(chunk.buffer);
      source.recycle?.(chunk);
      source.recycle?.(chunk);
      source.recycle?.(new Uint8Array(8));
    }
    expect(buffers.size).toBeLessThanOrEqual(4);
  });

  it('stops when told to, and says what the system says', async () => {
    await expect(Array.fromAsync(fileChunks(join(folder, 'nothing'), run))).rejects.toMatchObject({
      code: 'ENOENT',
    });
    const stopped = { signal: AbortSignal.abort(new Error('stopped')) };
    await expect(Array.fromAsync(fileChunks(join(folder, 'long'), stopped))).rejects.toThrow(
      'stopped',
    );
  });
});
