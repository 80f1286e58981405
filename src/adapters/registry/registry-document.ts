import type { Platform } from '../../oci/descriptor.ts';
import { isIndexType, type OciIndex, parseIndex } from '../../oci/image-index.ts';
import { type ImageManifest, isManifestType, parseManifest } from '../../oci/manifest.ts';
import { OciError } from '../../oci/oci-error.ts';
import { readObject } from '../../oci/read-members.ts';
import type { FetchedManifest } from './registry-client.ts';
import { RegistryContentError } from './registry-error.ts';

/** A manifest or an index, as much of it as is needed to find what it points at. */
export type RegistryDocument =
  | ({ readonly kind: 'index' } & OciIndex)
  | ({ readonly kind: 'manifest' } & ImageManifest);

const schema1 = /docker\.distribution\.manifest\.v1\+(json|prettyjws)$/;

/**
 * Reads a served manifest or index. What it says of itself and what the registry says of it must be
 * one thing: a document with two readings could be judged as one and run as the other.
 * @throws RegistryContentError REGISTRY_DOCUMENT
 * @see OCI image-spec 1.1, manifest.md and image-index.md; CVE-2021-41190
 */
export function parseRegistryDocument(fetched: FetchedManifest, subject: string): RegistryDocument {
  const { bytes, contentType } = fetched;
  return usable(subject, () => {
    const { schemaVersion, mediaType: own } = readObject(bytes, subject);
    if (schemaVersion === 1 || schema1.test(contentType)) {
      throw bad(subject, 'it is in the old Docker schema 1, which has no checkable config', [
        'Push the image again with a current tool (docker push, skopeo copy)',
      ]);
    }
    if (own !== undefined && typeof own !== 'string') throw bad(subject, 'mediaType is not text');
    const named = isIndexType(contentType) || isManifestType(contentType);
    if (own !== undefined && named && own !== contentType)
      throw bad(subject, `it calls itself ${own}, the registry calls it ${contentType}`);
    const mediaType = own ?? contentType;
    if (isIndexType(mediaType)) return { kind: 'index', ...parseIndex(bytes, mediaType, subject) };
    if (isManifestType(mediaType))
      return { kind: 'manifest', ...parseManifest(bytes, mediaType, subject) };
    throw bad(subject, `media type '${mediaType.slice(0, 100)}' is not supported`);
  });
}

/**
 * The platform an image config names, `(none)` where it names none.
 * @throws RegistryContentError REGISTRY_DOCUMENT
 */
export function parseConfigPlatform(bytes: Uint8Array, subject: string): Platform {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '(none)');
  const { architecture, os } = usable(subject, () => readObject(bytes, `the config of ${subject}`));
  return { architecture: text(architecture), os: text(os) };
}

/** A document problem with its subject and a next step. */
export function bad(
  subject: string,
  detail: string,
  suggestions?: readonly string[],
): RegistryContentError {
  return new RegistryContentError('REGISTRY_DOCUMENT', `${subject} cannot be used: ${detail}`, {
    suggestions: suggestions ?? [
      'Check the reference; if it is right, its producer has to push it again',
    ],
  });
}

function usable<T>(subject: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    const message = error.message.startsWith(subject)
      ? error.message
      : `${subject}: ${error.message}`;
    throw new RegistryContentError('REGISTRY_DOCUMENT', message, {
      cause: error,
      suggestions: ['Check the reference; if it is right, its producer has to push it again'],
    });
  }
}
