import { digestOf } from '../oci/digest.ts';
import type { BlobSource } from '../ports/blob-store.ts';

/** Bytes of our own making as content by digest. */
export function inMemory(bytes: Uint8Array): BlobSource {
  return {
    digest: digestOf(bytes),
    size: bytes.byteLength,
    async *open() {
      yield bytes;
    },
  };
}
