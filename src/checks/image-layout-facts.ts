import { annotationKeys, type Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import { isImageConfigType, parseImageConfig } from '../oci/image-config.ts';
import { isIndexType, parseIndex } from '../oci/image-index.ts';
import { imageLabels } from '../oci/image-labels.ts';
import { parseLayoutMarker } from '../oci/layout.ts';
import { isManifestType, parseManifest } from '../oci/manifest.ts';
import { OciError } from '../oci/oci-error.ts';
import { readObject } from '../oci/read-members.ts';
import type { ImageLayoutFacts, ImageManifestFacts, LayoutRoot, PackageFile } from './facts.ts';
import { isImageLayerType, layerContentFault, layerMediaKind } from './layer-media.ts';

/** What can be wrong with `images/` of a package. */
export type LayoutProblemCode =
  | 'LAYOUT_MARKER_MISSING'
  | 'LAYOUT_MARKER_INVALID'
  | 'LAYOUT_INDEX_MISSING'
  | 'LAYOUT_DOCUMENT_INVALID'
  | 'LAYOUT_NESTED_INDEX'
  | 'LAYOUT_STRAY_FILE'
  | 'LAYOUT_SIZE_MISMATCH'
  | 'LAYOUT_CONTENT_TYPE'
  | 'LAYOUT_MEDIA_TYPE_UNKNOWN';

interface LayoutProblem {
  readonly code: LayoutProblemCode;
  readonly subject: string;
  readonly message: string;
}

const maxIndexDepth = 4;

/** Where a package keeps its image blobs. */
export const blobFolder = 'images/blobs/sha256/';

/**
 * Follows the OCI layout of a package from `index.json` to every blob, as far as documents were
 * kept; undefined when the package has no file below `images/`.
 * @see OCI image-spec 1.1, image-layout.md
 */
export function gatherImageLayout(
  files: ReadonlyMap<string, PackageFile>,
): ImageLayoutFacts | undefined {
  const paths = [...files.keys()].filter((path) => path.startsWith('images/'));
  return paths.length === 0 ? undefined : new LayoutWalk(files, paths).gather();
}

class LayoutWalk {
  readonly #files: ReadonlyMap<string, PackageFile>;
  readonly #paths: readonly string[];
  readonly #problems: LayoutProblem[] = [];
  readonly #told = new Set<string>();
  readonly #missing = new Map<string, Descriptor>();
  readonly #unread = new Map<string, Descriptor>();
  readonly #reached = new Set<string>();
  readonly #manifests = new Map<string, readonly ImageManifestFacts[]>();

  constructor(files: ReadonlyMap<string, PackageFile>, paths: readonly string[]) {
    this.#files = files;
    this.#paths = paths;
  }

  gather(): ImageLayoutFacts {
    const layoutVersion = this.#marker();
    const roots = this.#roots();
    const blobs: string[] = [];
    for (const path of this.#paths) {
      // Named by the manifest of a bundle only: it lies nowhere, so it cannot be in the way.
      if (this.#files.get(path)?.digest === undefined) continue;
      if (path.startsWith(blobFolder)) blobs.push(path.slice(blobFolder.length));
      else if (path !== 'images/oci-layout' && path !== 'images/index.json') {
        this.#report('LAYOUT_STRAY_FILE', path, `${path} is no part of an OCI layout`);
      }
    }
    return {
      layoutPresent: this.#files.get('images/oci-layout')?.digest !== undefined,
      layoutVersion,
      problems: this.#problems,
      roots,
      unreferenced: blobs.filter((hex) => !this.#reached.has(hex)).sort(),
      missing: [...this.#missing.values()],
      unread: [...this.#unread.values()],
    };
  }

  #marker(): string | undefined {
    const path = 'images/oci-layout';
    const file = this.#files.get(path);
    if (file?.digest === undefined) {
      this.#report('LAYOUT_MARKER_MISSING', path, 'images/oci-layout is missing');
      return undefined;
    }
    const { content, digest, size } = file;
    if (content === undefined) {
      this.#unread.set(path, { mediaType: 'application/json', digest, size });
      return undefined;
    }
    this.#attempt('LAYOUT_MARKER_INVALID', path, () => parseLayoutMarker(content, path));
    const version = this.#quietly(() => readObject(content, path)['imageLayoutVersion']);
    return typeof version === 'string' ? version : undefined;
  }

  #roots(): readonly LayoutRoot[] {
    const path = 'images/index.json';
    const file = this.#files.get(path);
    if (file?.digest === undefined) {
      this.#report(
        'LAYOUT_INDEX_MISSING',
        path,
        'images/index.json is missing, so nothing says what the blobs are',
      );
      return [];
    }
    const { content, digest, size } = file;
    if (content === undefined) {
      this.#unread.set(path, {
        mediaType: 'application/vnd.oci.image.index.v1+json',
        digest,
        size,
      });
      return [];
    }
    const index = this.#attempt('LAYOUT_DOCUMENT_INVALID', path, () =>
      parseIndex(content, undefined, path),
    );
    return (index?.manifests ?? []).map((descriptor) => {
      const { annotations = {} } = descriptor;
      const name = annotations[annotationKeys.refName] ?? annotations[annotationKeys.baseName];
      return { descriptor, name, manifests: this.#follow(descriptor, 0) };
    });
  }

  /** Manifests a descriptor leads to, each once. @param depth indexes above it, `index.json` not counted */
  #follow(descriptor: Descriptor, depth: number): readonly ImageManifestFacts[] {
    const isIndex = isIndexType(descriptor.mediaType);
    const blob = this.#blob(descriptor);
    if (isIndex && depth >= maxIndexDepth) {
      this.#report(
        'LAYOUT_NESTED_INDEX',
        descriptor.digest,
        `the index ${descriptor.digest} lies below ${depth} others, at most ${maxIndexDepth} are followed`,
      );
      return [];
    }
    if (!isIndex && !isManifestType(descriptor.mediaType)) {
      this.#report(
        'LAYOUT_MEDIA_TYPE_UNKNOWN',
        descriptor.digest,
        `${descriptor.digest} has the media type ${shown(descriptor.mediaType)}, which is not known: what it leads to was not looked at`,
      );
      return [];
    }
    // With the platform: what another descriptor says of the same manifest is judged too.
    const key = `${descriptor.mediaType} ${descriptor.digest} ${JSON.stringify(descriptor.platform)}`;
    const before = this.#manifests.get(key);
    if (before !== undefined) return before;
    const content = this.#document(descriptor, blob);
    const found =
      content === undefined
        ? []
        : isIndex
          ? this.#index(descriptor, content, depth)
          : this.#manifest(descriptor, content);
    this.#manifests.set(key, found);
    return found;
  }

  #index(
    descriptor: Descriptor,
    content: Uint8Array,
    depth: number,
  ): readonly ImageManifestFacts[] {
    const path = pathOf(descriptor);
    const index = this.#attempt('LAYOUT_DOCUMENT_INVALID', path, () =>
      parseIndex(content, descriptor.mediaType, path),
    );
    // Each once: indexes that name one another a thousand times would multiply without end.
    const found = new Set<ImageManifestFacts>();
    for (const child of index?.manifests ?? []) {
      for (const each of this.#follow(child, depth + 1)) found.add(each);
    }
    return [...found];
  }

  #manifest(descriptor: Descriptor, content: Uint8Array): readonly ImageManifestFacts[] {
    const path = pathOf(descriptor);
    const manifest = this.#attempt('LAYOUT_DOCUMENT_INVALID', path, () =>
      parseManifest(content, descriptor.mediaType, path),
    );
    if (manifest === undefined) return [];
    const { config, layers } = manifest;
    const configBlob = this.#blob(config);
    // Signatures and other artifacts borrow the config type of images; their layers tell them apart.
    const isImage =
      isImageConfigType(config.mediaType) &&
      (layers.length === 0 || layers.some((layer) => isImageLayerType(layer.mediaType)));
    const configBytes = isImage ? this.#document(config, configBlob) : undefined;
    const parsed =
      configBytes === undefined
        ? undefined
        : this.#attempt('LAYOUT_DOCUMENT_INVALID', pathOf(config), () =>
            parseImageConfig(configBytes, pathOf(config)),
          );
    for (const layer of layers) this.#layer(layer, isImage);
    const size = [config, ...layers].reduce((sum, each) => sum + each.size, 0);
    return [
      {
        descriptor,
        config,
        layers,
        platform: parsed?.platform,
        diffIds: parsed?.diffIds,
        ...(parsed === undefined ? {} : { labels: imageLabels(parsed.members) }),
        size,
      },
    ];
  }

  #layer(layer: Descriptor, isImage: boolean): void {
    const blob = this.#blob(layer);
    if (!isImage) return;
    const kind = layerMediaKind(layer.mediaType);
    if (kind === undefined) {
      this.#report(
        'LAYOUT_MEDIA_TYPE_UNKNOWN',
        layer.digest,
        `the layer ${layer.digest} has the media type ${shown(layer.mediaType)}, which is not known`,
      );
      return;
    }
    const fault =
      blob?.digest === undefined
        ? undefined
        : layerContentFault(kind, blob.head ?? new Uint8Array(0));
    if (fault !== undefined)
      this.#report(
        'LAYOUT_CONTENT_TYPE',
        layer.digest,
        `the layer ${layer.digest} is announced as ${shown(layer.mediaType)} and ${fault}`,
      );
  }

  /** Notes that a blob is reached, and whether it is there in the announced size. */
  #blob(descriptor: Descriptor): PackageFile | undefined {
    const file = this.#files.get(pathOf(descriptor));
    this.#reached.add(hexOf(descriptor.digest));
    if (file?.digest === undefined) {
      this.#missing.set(descriptor.digest, descriptor);
      return undefined;
    }
    if (file.size !== descriptor.size) {
      this.#report(
        'LAYOUT_SIZE_MISMATCH',
        descriptor.digest,
        `${descriptor.digest} is announced with ${descriptor.size} bytes and has ${file.size}`,
      );
    }
    return file;
  }

  #document(descriptor: Descriptor, file: PackageFile | undefined): Uint8Array | undefined {
    if (file !== undefined && file.content === undefined)
      this.#unread.set(descriptor.digest, descriptor);
    return file?.content;
  }

  #attempt<T>(code: LayoutProblemCode, subject: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof OciError)) throw error;
      this.#report(code, subject, error.message);
      return undefined;
    }
  }

  #quietly<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof OciError)) throw error;
      return undefined;
    }
  }

  #report(code: LayoutProblemCode, subject: string, message: string): void {
    // Shared blobs are met several times and told once.
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#problems.push({ code, subject, message });
  }
}

function pathOf(descriptor: Descriptor): string {
  return `${blobFolder}${hexOf(descriptor.digest)}`;
}

function shown(mediaType: string): string {
  return mediaType.length > 100 ? `${mediaType.slice(0, 100)}…` : mediaType;
}
