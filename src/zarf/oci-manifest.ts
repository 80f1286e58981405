import { annotationKeys, type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { PackageDefinition } from './definition.ts';
import { orderDefinition } from './render-definition.ts';

/** A manifest and its config, in the bytes that are stored. */
export interface RenderedManifest {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly config: {
    readonly bytes: Uint8Array;
    readonly digest: Digest;
    readonly mediaType: string;
  };
}

/**
 * The OCI form of a package: every file one titled layer, sorted by digest, files of equal content
 * by path. Readers take any valid manifest; this one has a fixed order, so that a package has one digest.
 * @see shared reference of the Zarf package format, 8
 */
export function packageManifest(packed: {
  readonly definition: PackageDefinition;
  readonly files: readonly {
    readonly path: string;
    readonly blob: { readonly digest: Digest; readonly size: number };
  }[];
}): RenderedManifest {
  const config = Buffer.from(JSON.stringify(orderDefinition(packed.definition)));
  const layers = packed.files
    .map(
      ({ path, blob }): Descriptor => ({
        mediaType: mediaTypes.zarfLayer,
        digest: blob.digest,
        size: blob.size,
        annotations: { [annotationKeys.title]: path },
      }),
    )
    .sort((a, b) => compare(a.digest, b.digest) || compare(titleOf(a), titleOf(b)));
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.zarfConfig, digest: digestOf(config), size: config.length },
    layers,
    annotations: annotationsOf(packed.definition),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return {
    bytes,
    digest: digestOf(bytes),
    config: { bytes: config, digest: digestOf(config), mediaType: mediaTypes.zarfConfig },
  };
}

function annotationsOf({ metadata, build }: PackageDefinition): Readonly<Record<string, string>> {
  const made = new Date(build?.timestamp ?? '');
  const prefix = 'org.opencontainers.image.';
  const known: Record<string, string> = {
    [annotationKeys.created]: Number.isNaN(made.getTime())
      ? '0001-01-01T00:00:00Z'
      : made.toISOString().replace(/\.\d+Z$/, 'Z'),
    [annotationKeys.description]: metadata.description ?? '',
    [annotationKeys.title]: metadata.name,
  };
  for (const name of ['authors', 'documentation', 'source', 'url', 'vendor'] as const) {
    const value = metadata[name];
    if (value) known[`${prefix}${name}`] = value;
  }
  const all = { ...known, ...metadata.annotations };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => compare(a, b)));
}

function titleOf(layer: Descriptor): string {
  return layer.annotations?.[annotationKeys.title] ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
