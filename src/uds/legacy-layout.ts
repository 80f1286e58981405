import { annotationKeys, type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { UdsBundle } from './bundle.ts';

/** A blob of our own making, as it is stored. */
export interface RenderedBlob {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** The documents that tie a legacy bundle together. */
export interface LegacyLayout {
  readonly index: Uint8Array;
  readonly rootManifest: RenderedBlob;
  readonly rootConfig: RenderedBlob;
  readonly definition: RenderedBlob;
}

/**
 * Renders index, root manifest and root config of a legacy bundle around its embedded definition.
 * Package manifests are layers without a title: with one, publishing would leave out their content.
 * @see shared reference of the UDS bundle format, 2.1 and 2.2
 */
export function renderLegacyLayout(
  bundle: UdsBundle,
  definition: Uint8Array,
  packageManifests: readonly { readonly digest: Digest; readonly size: number }[],
  architecture: string,
): LegacyLayout {
  const { metadata } = bundle;
  const config = blob({
    architecture,
    ociVersion: '1.0.1',
    annotations: {
      [annotationKeys.description]: metadata.description ?? '',
      [annotationKeys.title]: metadata.name,
    },
  });
  const embedded = { bytes: definition, digest: digestOf(definition) };
  const layers: readonly Descriptor[] = [
    ...packageManifests.map(({ digest, size }) => ({
      mediaType: mediaTypes.zarfLayer,
      digest,
      size,
    })),
    {
      mediaType: mediaTypes.zarfLayer,
      digest: embedded.digest,
      size: definition.length,
      annotations: { [annotationKeys.title]: 'uds-bundle.yaml' },
    },
  ];
  const root = blob({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.zarfLayer, digest: config.digest, size: config.bytes.length },
    layers,
    annotations: rootAnnotations(metadata),
  });
  return {
    index: renderLegacyIndex(root, metadata.version ?? ''),
    rootManifest: root,
    rootConfig: config,
    definition: embedded,
  };
}

/** The `index.json` that leads to a root manifest. @param version under which publishing tags the bundle */
export function renderLegacyIndex({ digest, bytes }: RenderedBlob, version: string): Uint8Array {
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [
      {
        mediaType: mediaTypes.ociManifest,
        digest,
        size: bytes.length,
        annotations: { [annotationKeys.refName]: version },
      },
    ],
  };
  return Buffer.from(JSON.stringify(index));
}

function rootAnnotations(metadata: UdsBundle['metadata']): Readonly<Record<string, string>> {
  const annotations: Record<string, string> = {};
  for (const name of [
    'authors',
    'description',
    'documentation',
    'source',
    'url',
    'vendor',
  ] as const) {
    const value = metadata[name];
    if (value || name === 'description')
      annotations[`org.opencontainers.image.${name}`] = value ?? '';
  }
  return annotations;
}

function blob(value: unknown): RenderedBlob {
  const bytes = Buffer.from(JSON.stringify(value));
  return { bytes, digest: digestOf(bytes) };
}
