import { type Descriptor, mediaTypes } from './descriptor.ts';
import { badDocument, descriptorsOf, readObject } from './read-members.ts';

/** An index of manifests, OCI or Docker's list. @see OCI image-spec 1.1, image-index.md */
export interface OciIndex {
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

const indexTypes: readonly string[] = [mediaTypes.ociIndex, mediaTypes.dockerIndex];

/** True for the media types of an index. */
export function isIndexType(mediaType: string): boolean {
  return indexTypes.includes(mediaType);
}

/**
 * Reads an index.
 * @param announced media type of the descriptor that led here; `index.json` of a layout has none
 * @throws OciError OCI_DOCUMENT_INVALID
 */
export function parseIndex(
  bytes: Uint8Array,
  announced: string | undefined,
  subject: string,
): OciIndex {
  const document = readObject(bytes, subject);
  const { schemaVersion, mediaType, manifests } = document;
  if (schemaVersion !== 2) throw badDocument(subject, 'schemaVersion is not 2');
  if (mediaType !== undefined && announced !== undefined && mediaType !== announced) {
    throw badDocument(
      subject,
      `it calls itself ${String(mediaType)} and was announced as ${announced}`,
    );
  }
  const own = announced ?? mediaType ?? mediaTypes.ociIndex;
  if (typeof own !== 'string' || !isIndexType(own))
    throw badDocument(subject, `media type ${String(own).slice(0, 100)} is not an index`);
  if ('layers' in document || 'config' in document)
    throw badDocument(subject, 'it is an index and a manifest at once');
  return { mediaType: own, manifests: descriptorsOf(manifests, subject, 'manifests') };
}
