import { type Digest, hexOf } from './digest.ts';
import { badDocument, readObject } from './read-members.ts';

/** Where a layout keeps a blob, relative to its root. @see OCI image-spec 1.1, image-layout.md */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** Content of the marker file `oci-layout`. */
export const layoutMarker = '{"imageLayoutVersion":"1.0.0"}';

/** Judges the marker file `oci-layout`. @throws OciError OCI_DOCUMENT_INVALID for another version */
export function parseLayoutMarker(bytes: Uint8Array, subject: string): void {
  const { imageLayoutVersion } = readObject(bytes, subject);
  if (imageLayoutVersion !== '1.0.0')
    throw badDocument(
      subject,
      `imageLayoutVersion is ${JSON.stringify(imageLayoutVersion)}, expected "1.0.0"`,
    );
}
