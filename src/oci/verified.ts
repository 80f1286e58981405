import { createHash } from 'node:crypto';
import { type Digest, digestFromHex } from './digest.ts';
import { OciError } from './oci-error.ts';

/**
 * Passes content through and fails when it is not what was promised. Content beyond the promised
 * size is never handed on; a wrong digest is known only at the end, so consumers commit after it.
 * @throws OciError OCI_SIZE_MISMATCH, OCI_DIGEST_MISMATCH
 */
export async function* verified(
  bytes: AsyncIterable<Uint8Array>,
  expected: { readonly digest: Digest; readonly size: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.byteLength;
    if (size > expected.size) {
      throw new OciError(
        'OCI_SIZE_MISMATCH',
        `blob ${expected.digest} has more than the expected ${expected.size} bytes`,
      );
    }
    hash.update(chunk);
    yield chunk;
  }
  if (size !== expected.size) {
    throw new OciError(
      'OCI_SIZE_MISMATCH',
      `blob ${expected.digest} has ${size} bytes, expected ${expected.size}`,
    );
  }
  const found = digestFromHex(hash.digest('hex'));
  if (found !== expected.digest) {
    throw new OciError(
      'OCI_DIGEST_MISMATCH',
      `blob has digest ${found}, expected ${expected.digest}`,
    );
  }
}
