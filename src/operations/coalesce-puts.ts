import type { Digest } from '../oci/digest.ts';
import type { BlobStore, StoredBlob } from '../ports/blob-store.ts';

/**
 * The same store, in which content of one digest is on its way once at a time: whoever asks while it is
 * waits for it. Images fetched side by side share most of their layers.
 */
export function coalescePuts(store: BlobStore): BlobStore {
  const onTheWay = new Map<Digest, Promise<StoredBlob>>();
  const once = async (
    expected: { readonly digest?: Digest; readonly size?: number },
    put: () => Promise<StoredBlob>,
  ): Promise<StoredBlob> => {
    const { digest } = expected;
    if (digest === undefined) return put();
    const other = onTheWay.get(digest);
    if (other !== undefined) {
      // Whatever became of the other one, the store says whether the content is there now.
      await other.catch(() => undefined);
      const size = await store.find(digest);
      if (size !== undefined && (expected.size === undefined || expected.size === size))
        return { digest, size };
    }
    const own = put();
    onTheWay.set(digest, own);
    try {
      return await own;
    } finally {
      if (onTheWay.get(digest) === own) onTheWay.delete(digest);
    }
  };
  const putResumed = store.putResumed?.bind(store);
  return {
    find: (digest) => store.find(digest),
    open: (digest, run) => store.open(digest, run),
    openUnchecked: (digest, run) => store.openUnchecked(digest, run),
    put: (content, expected, run) => once(expected, () => store.put(content, expected, run)),
    ...(putResumed === undefined
      ? {}
      : {
          putResumed: (openAt, expected, run) =>
            once(expected, () => putResumed(openAt, expected, run)),
        }),
  };
}
