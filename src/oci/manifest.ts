import { type Descriptor, mediaTypes, plain } from './descriptor.ts';
import { badDocument, descriptorOf, descriptorsOf, readObject } from './read-members.ts';

/** An image manifest, OCI or Docker schema 2. @see OCI image-spec 1.1, manifest.md */
export interface ImageManifest {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

const manifestTypes: readonly string[] = [mediaTypes.ociManifest, mediaTypes.dockerManifest];

/** True for the media types of a manifest. */
export function isManifestType(mediaType: string): boolean {
  return manifestTypes.includes(mediaType);
}

/**
 * Reads a manifest. What it calls itself and what its descriptor calls it must be one thing: a
 * document with two readings could be judged as one and run as the other.
 * @param announced media type of the descriptor that led here
 * @throws OciError OCI_DOCUMENT_INVALID
 * @see CVE-2021-41190
 */
export function parseManifest(
  bytes: Uint8Array,
  announced: string,
  subject: string,
): ImageManifest {
  const document = readObject(bytes, subject);
  const { schemaVersion, mediaType, config, layers } = document;
  if (schemaVersion !== 2) throw badDocument(subject, 'schemaVersion is not 2');
  if (mediaType !== undefined && mediaType !== announced)
    throw badDocument(
      subject,
      `it calls itself ${String(mediaType)} and was announced as ${announced}`,
    );
  if (!isManifestType(announced))
    throw badDocument(subject, `media type ${announced.slice(0, 100)} is not a manifest`);
  if ('manifests' in document) throw badDocument(subject, 'it is a manifest and an index at once');
  return {
    mediaType: announced,
    config: descriptorOf(config, subject, 'config'),
    layers: descriptorsOf(layers, subject, 'layers'),
  };
}

/** A manifest in the one form this program writes: fixed member order, no spaces. */
export function renderManifest({
  config,
  layers,
}: Pick<ImageManifest, 'config' | 'layers'>): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: plain(config),
      layers: layers.map(plain),
    }),
  );
}
