import { pack } from 'tar-stream';
import { type Descriptor, mediaTypes } from '../../src/oci/descriptor.ts';
import { type Digest, digestOf } from '../../src/oci/digest.ts';
import type { ImageBlob, ResolvedImage } from '../../src/ports/image-source.ts';

/** One entry of a layer that a test makes. */
export interface LayerFile {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly mode?: number;
  readonly symlink?: string;
  readonly hardlink?: string;
  readonly directory?: true;
}

/** A plain tar as makers of images write it. */
export async function aLayer(files: readonly LayerFile[]): Promise<Buffer> {
  const tar = pack();
  for (const { path, content = '', mode = 0o644, symlink, hardlink, directory } of files) {
    if (symlink !== undefined) tar.entry({ name: path, type: 'symlink', linkname: symlink });
    else if (hardlink !== undefined) tar.entry({ name: path, type: 'link', linkname: hardlink });
    else if (directory === true) tar.entry({ name: path, type: 'directory', mode: 0o755 });
    else tar.entry({ name: path, mode }, Buffer.from(content));
  }
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A layer as it is stored, and the tar that it is. */
export interface StoredLayer {
  readonly tar: Uint8Array;
  readonly stored: Uint8Array;
  readonly mediaType: string;
}

/** An image of plain layers, or of layers stored as given, lowest first. */
export function anImage(
  layers: readonly (Uint8Array | StoredLayer)[],
  options: {
    readonly reference?: string;
    readonly config?: Readonly<Record<string, unknown>>;
    readonly diffIds?: readonly Digest[];
  } = {},
): ResolvedImage {
  const stored = layers.map(
    (layer): StoredLayer =>
      layer instanceof Uint8Array
        ? { tar: layer, stored: layer, mediaType: mediaTypes.ociLayerTar }
        : layer,
  );
  const descriptors = stored.map((layer) => descriptorOf(layer.stored, layer.mediaType));
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      created: '2026-01-02T03:04:05Z',
      rootfs: {
        type: 'layers',
        diff_ids: options.diffIds ?? stored.map(({ tar }) => digestOf(tar)),
      },
      ...options.config,
    }),
  );
  const configBlob = descriptorOf(config, mediaTypes.ociConfig);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: configBlob,
      layers: descriptors,
    }),
  );
  const root = descriptorOf(manifest, mediaTypes.ociManifest);
  const reference = options.reference ?? 'registry.example.mil/app:1.0';
  return {
    reference,
    normalized: reference,
    source: 'test',
    root,
    blobs: [
      blobOf(manifest, root, 'manifest'),
      blobOf(config, configBlob, 'config'),
      ...stored.flatMap((layer, index) => {
        const descriptor = descriptors[index];
        return descriptor === undefined ? [] : [blobOf(layer.stored, descriptor, 'layer')];
      }),
    ],
  };
}

function descriptorOf(bytes: Uint8Array, mediaType: string): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
}

function blobOf(
  bytes: Uint8Array,
  { mediaType, digest, size }: Descriptor,
  role: ImageBlob['role'],
): ImageBlob {
  return {
    mediaType,
    digest,
    size,
    role,
    async *open() {
      yield bytes;
    },
  };
}
