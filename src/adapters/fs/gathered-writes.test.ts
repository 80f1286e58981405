import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inProcessCompute } from '../../archive/compute-in-process.ts';
import { workerCompute } from '../worker/worker-compute.ts';
import { GatheredWrites } from './gathered-writes.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-gathered-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const mebi = 2 ** 20;

describe('gathered writes', () => {
  it.each([
    { name: 'nothing', sizes: [] },
    { name: 'one byte', sizes: [1] },
    { name: 'many small pieces', sizes: Array.from({ length: 90 }, (_, index) => 64_000 + index) },
    { name: 'exactly one buffer', sizes: [2 ** 18] },
    {
      name: 'large pieces of lent memory between small ones',
      sizes: [7, -3 * mebi, 11, -mebi, 5 * mebi],
    },
  ])('writes and hashes $name, though every piece is used again at once', async ({ sizes }) => {
    await using compute = workerCompute({ workers: 2 });
    const free: Uint8Array[] = [];
    for (const by of [compute, inProcessCompute()]) {
      const expected = createHash('sha256');
      const path = join(folder, 'file');
      const handle = await open(path, 'w');
      const hash = by.hash();
      {
        await using writes = new GatheredWrites(handle, hash, free);
        // Negative sizes: the memory is shared, as that of files is.
        const lent = new Uint8Array(new SharedArrayBuffer(3 * mebi));
        const own = new Uint8Array(5 * mebi);
        for (const [index, size] of sizes.entries()) {
          const piece = (size < 0 ? lent : own).subarray(0, Math.abs(size)).fill(index + 1);
          expected.update(piece);
          await writes.add(piece);
          piece.fill(0);
        }
        await writes.end();
      }
      await handle.close();
      const hex = expected.digest('hex');
      expect(await hash.digest()).toBe(hex);
      expect(
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      ).toBe(hex);
    }
    expect(free.length).toBe(2);
  });

  it('reports a disk that does not take the bytes', async () => {
    const handle = await open(join(folder, 'file'), 'w');
    await handle.close();
    await using writes = new GatheredWrites(handle, inProcessCompute().hash(), []);
    await expect(
      (async () => {
        await writes.add(new Uint8Array(5 * mebi));
        await writes.end();
      })(),
    ).rejects.toThrow();
  });
});
