import { type Digest, digestOf } from '../oci/digest.ts';
import type { OciError } from '../oci/oci-error.ts';
import type { Run } from '../support/run.ts';

/** Content by digest, on disk or in memory. */
export interface BlobStore {
  /** Size in bytes, or undefined when the blob is not here. Does not read it. */
  find(digest: Digest): Promise<number | undefined>;
  /**
   * Takes content over, atomically, hashing in passing. With `expected`, content that differs is refused
   * and nothing stays behind. A chunk is looked at until the next one is asked for, and no longer.
   * @throws OciError OCI_DIGEST_MISMATCH, OCI_SIZE_MISMATCH
   */
  put(
    content: AsyncIterable<Uint8Array>,
    expected: { readonly digest?: Digest; readonly size?: number },
    run: Run,
  ): Promise<StoredBlob>;
  /**
   * The same for content whose digest is known and that is long in coming: what a run before left of it is kept, and
   * the rest asked for. Where it is absent, nothing is kept of what did not end.
   * @throws OciError OCI_DIGEST_MISMATCH, OCI_SIZE_MISMATCH
   */
  putResumed?(
    openAt: (offset: number) => AsyncIterable<Uint8Array>,
    expected: { readonly digest: Digest; readonly size?: number },
    run: Run,
  ): Promise<StoredBlob>;
  /** Reads it back, re-hashing: a blob damaged on disk is removed and reported. @throws OciError OCI_DIGEST_MISMATCH, BlobStoreError */
  open(digest: Digest, run: Run): AsyncIterable<Uint8Array>;
  /** Reads it back as it lies there, for a reader that compares digest and size itself. @throws BlobStoreError */
  openUnchecked(digest: Digest, run: Run): AsyncIterable<Uint8Array>;
}

export interface StoredBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Content that is somewhere: in a blob store, in a folder of the user, in memory. */
export interface BlobSource extends StoredBlob {
  open(run: Run): AsyncIterable<Uint8Array>;
  /** The same without comparing, for a reader that compares digest and size itself: nothing is hashed twice. */
  openUnchecked?(run: Run): AsyncIterable<Uint8Array>;
  /** The rest behind so many bytes, without comparing, where the source can begin in the middle. */
  openAt?(offset: number, run: Run): AsyncIterable<Uint8Array>;
  /** Where it was taken from: what is damaged in a store meanwhile is there anew. */
  readonly origin?: BlobSource;
  /** What a mismatch is called where the content comes from; without it, it keeps its name. */
  otherContent?(cause: OciError): Error;
}

/** A blob of a store as content. @param origin where it was taken from, where that may be asked again */
export function storedContent(
  { digest, size }: StoredBlob,
  store: BlobStore,
  origin?: BlobSource,
): BlobSource {
  return {
    digest,
    size,
    ...(origin === undefined ? {} : { origin }),
    open: (run) => store.open(digest, run),
    openUnchecked: (run) => store.openUnchecked(digest, run),
  };
}

/** Bytes at hand as content by digest. */
export function heldContent(bytes: Uint8Array): BlobSource {
  return {
    digest: digestOf(bytes),
    size: bytes.byteLength,
    async *open(run) {
      run.signal.throwIfAborted();
      yield bytes;
    },
  };
}
