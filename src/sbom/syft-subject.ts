import type { Descriptor } from '../oci/descriptor.ts';
import { digestOf, isDigest } from '../oci/digest.ts';
import { parseImageConfig } from '../oci/image-config.ts';
import { OciError } from '../oci/oci-error.ts';
import type { JsonObject } from '../oci/read-members.ts';
import { object, objects, text } from '../support/lenient-json.ts';
import { inventoriedImage } from './catalogue-image.ts';
import type { ImageByConfig, Inventory } from './inventory.ts';
import { SbomError } from './sbom-error.ts';

/** The manifest of an image, and its bytes. */
export interface ManifestBytes {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * What a Syft document is about: an image by its manifest, or by its config alone, or files.
 * @param source member `source` of the document
 * @param held the manifest of the image that has the config it names, where that is known
 * @throws SbomError SBOM_DOCUMENT_INVALID
 */
export function subjectOf(
  source: JsonObject,
  document: Uint8Array,
  name: string,
  held: ManifestBytes | undefined,
): Inventory['subject'] {
  const version = text(source['version']);
  if (source['type'] !== 'image') {
    const digest = isDigest(version) ? version : digestOf(document);
    return { kind: 'files', reference: text(source['name']), digest, layers: [] };
  }
  const metadata = object(source['metadata']);
  const named = text(metadata['manifestDigest']);
  try {
    if (named === '') return byConfig(metadata, name, held);
    const bytes = Buffer.from(text(metadata['manifest']), 'base64');
    if (!isDigest(named) || digestOf(bytes) !== named)
      throw invalidDocument(name, 'the manifest in it is not the one it names');
    const descriptor = {
      mediaType: text(metadata['mediaType']),
      digest: named,
      size: bytes.length,
    };
    return imageOf(metadata, { descriptor, bytes }, configOf(metadata));
  } catch (error) {
    if (error instanceof OciError) throw invalidDocument(name, error.message);
    if (error instanceof SbomError && error.code !== 'SBOM_DOCUMENT_INVALID')
      throw invalidDocument(name, error.message);
    throw error;
  }
}

/** Zarf leaves the manifest empty: it knows the image by its config. */
function byConfig(
  metadata: JsonObject,
  name: string,
  held: ManifestBytes | undefined,
): Inventory['subject'] {
  const config = configOf(metadata);
  const digest = text(metadata['imageID']);
  if (!isDigest(digest) || digestOf(config) !== digest)
    throw invalidDocument(
      name,
      'it names no manifest, and the config in it is not the one it names',
    );
  if (held !== undefined) return imageOf(metadata, held, config);
  const { platform, diffIds } = parseImageConfig(config, `config in ${name}`);
  const layers = objects(metadata['layers']);
  const about: ImageByConfig = {
    kind: 'image-by-config',
    reference: text(metadata['userInput']),
    digest,
    architecture: platform.architecture,
    os: platform.os,
    layers: diffIds.map((diffId, index) => ({
      descriptor: {
        mediaType: text(layers[index]?.['mediaType']),
        digest: diffId,
        size: Number(layers[index]?.['size'] ?? 0),
      },
      diffId,
    })),
    configBytes: config,
  };
  return about;
}

function configOf(metadata: JsonObject): Buffer {
  return Buffer.from(text(metadata['config']), 'base64');
}

function imageOf(
  metadata: JsonObject,
  { descriptor, bytes }: ManifestBytes,
  config: Buffer,
): Inventory['subject'] {
  return inventoriedImage(text(metadata['userInput']), descriptor, bytes, config);
}

/** A document of a package that says less than it has to. */
export function invalidDocument(name: string, detail: string): SbomError {
  return new SbomError('SBOM_DOCUMENT_INVALID', `${name}: ${detail}`, {
    suggestions: ['Create the package again: its SBOMs are damaged, or of another kind'],
  });
}
