import { annotationKeys, type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { badDocument, descriptorOf, descriptorsOf, readObject } from '../oci/read-members.ts';

/** The manifest of a Zarf package inside a bundle. */
export interface PackageManifest {
  /** Absent in manifests that only their layers are asked of. */
  readonly config: Descriptor | undefined;
  readonly layers: readonly Descriptor[];
  /** A media type that no program we know writes here. */
  readonly unknownMediaType: string | undefined;
}

/** The last one was written by UDS up to v0.35.0 for local packages. */
const knownTypes: readonly string[] = [
  mediaTypes.ociManifest,
  mediaTypes.dockerManifest,
  mediaTypes.zarfLayer,
];

/**
 * Reads the manifest of a package: looser than an image's, since deploying programs ask of it
 * only layers and their titles.
 * @throws OciError OCI_DOCUMENT_INVALID
 * @see shared reference of the UDS bundle format, 2.3 and 2.7
 */
export function parsePackageManifest(bytes: Uint8Array, subject: string): PackageManifest {
  const document = readObject(bytes, subject);
  const { mediaType, config, layers } = document;
  if ('manifests' in document) throw badDocument(subject, 'it is a manifest and an index at once');
  if (mediaType !== undefined && typeof mediaType !== 'string')
    throw badDocument(subject, 'mediaType is no text');
  return {
    config: config === undefined ? undefined : descriptorOf(config, subject, 'config'),
    layers: descriptorsOf(layers, subject, 'layers'),
    unknownMediaType:
      mediaType === undefined || knownTypes.includes(mediaType) ? undefined : mediaType,
  };
}

/** Path inside the package, or bundle, that a layer stands for. */
export function titleOf(layer: Descriptor): string | undefined {
  return layer.annotations?.[annotationKeys.title];
}
