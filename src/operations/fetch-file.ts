import type { Digest } from '../oci/digest.ts';
import { OciError } from '../oci/oci-error.ts';
import type { BlobStore, StoredBlob } from '../ports/blob-store.ts';
import type { WebSource } from '../ports/web-source.ts';
import type { Run } from '../support/run.ts';
import { RemoteInputError } from './input-error.ts';

/** Larger files are not fetched: a server could send without end. */
const maxFileBytes = 2 ** 36;

/** One file into the store. @throws RemoteInputError INPUT_DIGEST; FetchError, FetchContentError */
export async function fetchFile(
  address: string,
  {
    digest,
    size,
    headers = {},
  }: {
    readonly digest?: Digest | undefined;
    readonly size?: number | undefined;
    readonly headers?: Readonly<Record<string, string>>;
  },
  { web, blobs }: { readonly web: WebSource; readonly blobs: BlobStore },
  run: Run,
): Promise<StoredBlob> {
  const pinned = digest !== undefined;
  const from = (offset: number): AsyncIterable<Uint8Array> =>
    counted(
      web.open(address, { maxBytes: size ?? maxFileBytes, pinned, offset, headers }, run),
      address,
      offset,
      run,
    );
  const known = size === undefined ? {} : { size };
  try {
    if (digest === undefined) return await blobs.put(from(0), known, run);
    return blobs.putResumed === undefined
      ? await blobs.put(from(0), { digest, ...known }, run)
      : await blobs.putResumed(from, { digest, ...known }, run);
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    throw new RemoteInputError(
      'INPUT_DIGEST',
      `${address} is not what was promised: ${error.message}`,
      {
        cause: error,
        suggestions: [
          'Do not use it before you know why it changed; correct shasum, or lock it anew, only when the new content is meant',
        ],
      },
    );
  }
}

async function* counted(
  content: AsyncIterable<Uint8Array>,
  address: string,
  offset: number,
  run: Run,
): AsyncGenerator<Uint8Array> {
  let bytes = offset;
  for await (const chunk of content) {
    yield chunk;
    bytes += chunk.length;
    run.onProgress?.({
      kind: 'step-progress',
      step: `fetch ${address}`,
      bytes,
      phase: `fetching ${address}`,
    });
  }
}
