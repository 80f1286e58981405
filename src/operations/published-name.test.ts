import { describe, expect, it } from 'vitest';
import { MemoryBlobStore } from '../adapters/memory/blob-store.ts';
import { digestOf } from '../oci/digest.ts';
import type { Published } from '../ports/published-source.ts';
import { namePublished } from './published-name.ts';

const run = { signal: new AbortController().signal };

describe('namePublished', () => {
  it('reads no definition without end', async () => {
    let opened = false;
    const blob = {
      digest: digestOf(new Uint8Array()),
      size: 2 ** 40,
      async *open() {
        opened = true;
        yield* [];
      },
    };
    const published: Published = {
      kind: 'package',
      manifest: { bytes: new Uint8Array(), digest: blob.digest },
      config: { ...blob, mediaType: 'application/json' },
      files: [{ path: 'zarf.yaml', blob }],
    };
    const wanted = { reference: 'oci://a/b:1', architecture: 'amd64' };
    await expect(
      namePublished(published, wanted, new MemoryBlobStore(), run),
    ).rejects.toMatchObject({
      code: 'PULL_SIZE',
      exitCode: 3,
    });
    expect(opened).toBe(false);
  });
});
