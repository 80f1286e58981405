import type { ComposedImageConfig } from '../../config/release-definition.ts';
import { type Descriptor, mediaTypes, type Platform, plain } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { type ImageConfig, isImageConfigType, parseImageConfig } from '../../oci/image-config.ts';
import { isManifestType, parseManifest, renderManifest } from '../../oci/manifest.ts';
import { normalizeReference } from '../../oci/reference.ts';
import { heldContent } from '../../ports/blob-store.ts';
import type { ImageBlob, ImageSource, ResolvedImage } from '../../ports/image-source.ts';
import type { Workspace } from '../../ports/workspace.ts';
import type { Run } from '../../support/run.ts';
import { renderConfig } from './compose-config.ts';
import { ComposeError } from './compose-error.ts';
import { type ComposedLayer, fileLayer } from './file-layer.ts';
import { tarLayer } from './tar-layer.ts';

/** What a `compose` source works with. */
export interface ComposeSourceOptions {
  /** By reference, as `cowa-release.yaml` lists them. */
  readonly images: Readonly<Record<string, ComposedImageConfig>>;
  /** Paths in `images` are relative to its root. */
  readonly workspace: Workspace;
  /** Seconds since 1970: the creation time that configs carry. */
  readonly epochSeconds: number;
  /** Asks the other sources for a base. */
  readonly resolveBase: ImageSource['resolve'];
}

interface Base {
  readonly digest: Digest;
  readonly config: ImageConfig;
  readonly layers: readonly Descriptor[];
  readonly blobs: readonly ImageBlob[];
}

const maxDocumentBytes = 8 * 2 ** 20;
const ociLayerTypes: Readonly<Record<string, string>> = {
  [mediaTypes.dockerLayerGzip]: mediaTypes.ociLayerGzip,
};

/** Images put together here from a base, files and settings: no daemon, no root, the same bytes every time. */
export class ComposeSource implements ImageSource {
  readonly name = 'compose';
  readonly #options: ComposeSourceOptions;
  readonly #images = new Map<string, ComposedImageConfig>();
  readonly #made = new Map<string, Promise<ResolvedImage>>();

  /** @throws ComposeError COMPOSE_NAME_TWICE, COMPOSE_BASE_CYCLE; OciError OCI_REFERENCE_INVALID */
  constructor(options: ComposeSourceOptions) {
    this.#options = options;
    for (const [reference, image] of Object.entries(options.images)) {
      const { normalized } = normalizeReference(reference);
      if (this.#images.has(normalized)) {
        throw new ComposeError(
          'COMPOSE_NAME_TWICE',
          `two composed images are called ${normalized}`,
          {
            suggestions: ['Give one of them another name or tag'],
          },
        );
      }
      this.#images.set(normalized, image);
    }
    for (const name of this.#images.keys()) this.#refuseCycle(name);
  }

  /**
   * Puts the image together; its blobs are read again, and checked, when they are opened.
   * @throws ComposeError all codes; OciError OCI_REFERENCE_INVALID, OCI_DOCUMENT_INVALID
   */
  async resolve(
    reference: string,
    platform: Platform,
    run: Run,
  ): Promise<ResolvedImage | undefined> {
    const { normalized, digest } = normalizeReference(reference);
    const name = digest === undefined ? normalized : normalized.slice(0, normalized.indexOf('@'));
    const image = this.#images.get(name);
    if (image === undefined) return undefined;
    const key = `${name} ${platform.os}/${platform.architecture}`;
    let making = this.#made.get(key);
    if (making === undefined) {
      making = this.#compose(name, image, platform, run);
      this.#made.set(key, making);
      making.catch(() => this.#made.delete(key));
    }
    const made = await making;
    if (digest !== undefined && digest !== made.root.digest) return undefined;
    return { ...made, reference, normalized };
  }

  async #compose(
    name: string,
    image: ComposedImageConfig,
    platform: Platform,
    run: Run,
  ): Promise<ResolvedImage> {
    const { workspace, epochSeconds } = this.#options;
    const base =
      image.base === 'scratch' ? undefined : await this.#base(name, image.base, platform, run);
    const layers: ComposedLayer[] = [];
    for (const layer of image.layers) {
      layers.push(
        'tar' in layer
          ? await tarLayer(layer.tar, name, workspace, run)
          : await fileLayer(layer.files, name, workspace, run),
      );
    }
    const config = held(
      renderConfig({
        image: name,
        ...(base === undefined ? {} : { base: base.config }),
        settings: image.config,
        platform,
        diffIds: layers.map(({ diffId }) => diffId),
        epochSeconds,
      }),
      mediaTypes.ociConfig,
      'config',
    );
    const manifest = held(
      renderManifest({ config, layers: [...(base?.layers ?? []), ...layers] }),
      mediaTypes.ociManifest,
      'manifest',
    );
    const own = layers.map(({ diffId: _, ...blob }): ImageBlob => blob);
    const blobs = new Map(
      [manifest, config, ...(base?.blobs ?? []), ...own].map((blob) => [blob.digest, blob]),
    );
    return {
      reference: name,
      normalized: name,
      source: this.name,
      root: plain(manifest),
      blobs: [...blobs.values()],
      composed: {
        ...(base === undefined ? {} : { base: { reference: image.base, digest: base.digest } }),
        files: image.layers.flatMap((layer) =>
          'tar' in layer ? [] : layer.files.map(({ source }) => source),
        ),
        tars: image.layers.flatMap((layer, index) => {
          const made = layers[index];
          return 'tar' in layer && made !== undefined
            ? [{ path: layer.tar, digest: made.digest }]
            : [];
        }),
      },
    };
  }

  async #base(image: string, reference: string, platform: Platform, run: Run): Promise<Base> {
    const found =
      (await this.resolve(reference, platform, run)) ??
      (await this.#options.resolveBase(reference, platform, run));
    if (found === undefined) {
      throw new ComposeError(
        'COMPOSE_BASE_MISSING',
        `${image}: no image source holds its base ${reference}`,
        {
          suggestions: [
            'Compose it in the same source, or list a source that holds it under imageSources',
            "Write 'scratch' to begin with nothing",
          ],
        },
      );
    }
    const manifestBlob = found.blobs.find(({ digest }) => digest === found.root.digest);
    if (manifestBlob === undefined || !isManifestType(found.root.mediaType))
      throw unfit(image, reference, 'it is not one image but an index of several');
    const manifest = parseManifest(
      await content(manifestBlob, run),
      found.root.mediaType,
      `${image}: its base ${reference}`,
    );
    const configBlob = found.blobs.find(({ digest }) => digest === manifest.config.digest);
    if (configBlob === undefined || !isImageConfigType(manifest.config.mediaType))
      throw unfit(image, reference, 'it has no image config');
    const config = parseImageConfig(
      await content(configBlob, run),
      `${image}: the config of its base ${reference}`,
    );
    if (config.diffIds.length !== manifest.layers.length)
      throw unfit(
        image,
        reference,
        `it has ${manifest.layers.length} layers and ${config.diffIds.length} layer digests in its config`,
      );
    const layers = manifest.layers.map((layer) => ({
      ...layer,
      mediaType: ociLayerTypes[layer.mediaType] ?? layer.mediaType,
    }));
    const wanted = new Map(layers.map((layer) => [layer.digest, layer.mediaType]));
    const blobs = found.blobs
      .filter((blob) => wanted.has(blob.digest))
      .map((blob) => ({
        ...blob,
        open: (reading: Run) => blob.open(reading),
        mediaType: wanted.get(blob.digest) ?? blob.mediaType,
      }));
    return { digest: found.root.digest, config, layers, blobs };
  }

  #refuseCycle(start: string): void {
    const chain = [start];
    for (let image = this.#images.get(start); image !== undefined && image.base !== 'scratch'; ) {
      const next = normalizeReference(image.base).normalized.split('@')[0] ?? '';
      if (chain.includes(next)) {
        throw new ComposeError(
          'COMPOSE_BASE_CYCLE',
          `composed images are each other's base: ${[...chain, next].join(' -> ')}`,
          {
            suggestions: ["Begin one of them with another base, or with 'scratch'"],
          },
        );
      }
      chain.push(next);
      image = this.#images.get(next);
    }
  }
}

function held(bytes: Uint8Array, mediaType: string, role: ImageBlob['role']): ImageBlob {
  return { mediaType, role, ...heldContent(bytes) };
}

async function content(blob: ImageBlob, run: Run): Promise<Uint8Array> {
  if (blob.size > maxDocumentBytes)
    throw new ComposeError(
      'COMPOSE_BASE_UNFIT',
      `${blob.digest} has ${blob.size} bytes, at most ${maxDocumentBytes} are read of a document`,
    );
  const chunks: Uint8Array[] = [];
  for await (const chunk of blob.open(run)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function unfit(image: string, reference: string, reason: string): ComposeError {
  return new ComposeError(
    'COMPOSE_BASE_UNFIT',
    `${image}: ${reference} cannot be a base: ${reason}`,
    {
      suggestions: [
        'Name an image of one platform as base, by tag or by the digest of its manifest',
      ],
    },
  );
}
