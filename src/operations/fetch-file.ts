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
  { digest, size }: { readonly digest?: Digest | undefined; readonly size?: number | undefined },
  { web, blobs }: { readonly web: WebSource; readonly blobs: BlobStore },
  run: Run,
): Promise<StoredBlob> {
  const expected = { maxBytes: size ?? maxFileBytes, pinned: digest !== undefined };
  try {
    return await blobs.put(
      counted(web.open(address, expected, run), address, run),
      { ...(digest === undefined ? {} : { digest }), ...(size === undefined ? {} : { size }) },
      run,
    );
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
  run: Run,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
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
