import { createHash } from 'node:crypto';
import { OciError } from './oci-error.ts';

declare const digestBrand: unique symbol;

/** A SHA-256 digest in OCI form: `sha256:` and 64 lower-case hex digits. @see OCI image-spec 1.1, descriptor.md#digests */
export type Digest = `sha256:${string}` & { readonly [digestBrand]: true };

const form = /^sha256:[0-9a-f]{64}$/;

/** True when the text is a SHA-256 digest as OCI writes it. */
export function isDigest(text: string): text is Digest {
  return form.test(text);
}

/**
 * Reads a digest.
 * @throws OciError OCI_DIGEST_INVALID when it is not `sha256:` and 64 lower-case hex digits
 */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) {
    throw new OciError(
      'OCI_DIGEST_INVALID',
      `'${text.slice(0, 100)}' is not a digest of the form sha256:<64 lower-case hex digits>`,
    );
  }
  return text;
}

/** The digest of 32 hash bytes given as 64 hex digits. @throws OciError OCI_DIGEST_INVALID */
export function digestFromHex(hex: string): Digest {
  return parseDigest(`sha256:${hex}`);
}

/** The 64 hex digits of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** SHA-256 of bytes in memory. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}
