import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { digestOf } from '../oci/digest.ts';
import { coalescePuts } from './coalesce-puts.ts';

const run = { signal: new AbortController().signal };
const bytes = Buffer.from('a layer that two images share');
const digest = digestOf(bytes);

describe('coalescePuts', () => {
  it('takes content of one digest once, however many ask for it at the same time', async () => {
    let opened = 0;
    async function* content() {
      opened += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      yield bytes;
    }
    const store = coalescePuts(new MemoryBlobStore());
    const stored = await Promise.all(
      [1, 2, 3].map(() => store.put(content(), { digest, size: bytes.length }, run)),
    );
    expect(opened).toBe(1);
    expect(stored).toEqual(Array(3).fill({ digest, size: bytes.length }));
  });

  it('tries its own content where the other one failed', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('something else');
    }
    async function* content() {
      yield bytes;
    }
    const store = coalescePuts(new MemoryBlobStore());
    const first = store.put(broken(), { digest }, run);
    const second = store.put(content(), { digest }, run);
    await expect(first).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
    await expect(second).resolves.toEqual({ digest, size: bytes.length });
  });
});
