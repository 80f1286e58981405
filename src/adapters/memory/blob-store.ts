import { type Digest, digestOf } from '../../oci/digest.ts';
import { OciError } from '../../oci/oci-error.ts';
import type { BlobStore, StoredBlob } from '../../ports/blob-store.ts';
import { BlobStoreError } from '../../ports/storage-error.ts';

/** Content by digest in memory: for tests, and for what is small. */
export class MemoryBlobStore implements BlobStore {
  readonly blobs = new Map<Digest, Uint8Array>();

  async find(digest: Digest): Promise<number | undefined> {
    return this.blobs.get(digest)?.byteLength;
  }

  async put(
    content: AsyncIterable<Uint8Array>,
    expected: { readonly digest?: Digest; readonly size?: number },
  ): Promise<StoredBlob> {
    const bytes = Buffer.concat(await Array.fromAsync(content, (chunk) => Buffer.from(chunk)));
    const digest = digestOf(bytes);
    if (expected.size !== undefined && expected.size !== bytes.length) {
      throw new OciError(
        'OCI_SIZE_MISMATCH',
        `content has ${bytes.length} bytes, expected ${expected.size}`,
      );
    }
    if (expected.digest !== undefined && expected.digest !== digest) {
      throw new OciError(
        'OCI_DIGEST_MISMATCH',
        `content promised as ${expected.digest} hashes to ${digest}`,
      );
    }
    this.blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  async *open(digest: Digest): AsyncGenerator<Uint8Array> {
    const bytes = this.blobs.get(digest);
    if (bytes === undefined)
      throw new BlobStoreError('BLOB_MISSING', `the store does not hold ${digest}`);
    if (digestOf(bytes) !== digest) {
      this.blobs.delete(digest);
      throw new OciError('OCI_DIGEST_MISMATCH', `the stored ${digest} was damaged and is removed`);
    }
    yield bytes;
  }

  async *openUnchecked(digest: Digest): AsyncGenerator<Uint8Array> {
    const bytes = this.blobs.get(digest);
    if (bytes === undefined)
      throw new BlobStoreError('BLOB_MISSING', `the store does not hold ${digest}`);
    yield bytes;
  }
}
