import { createHash } from 'node:crypto';
import { type Descriptor, mediaTypes, type Platform, plain } from '../../oci/descriptor.ts';
import { digestFromHex } from '../../oci/digest.ts';
import { parseImageConfig } from '../../oci/image-config.ts';
import { renderManifest } from '../../oci/manifest.ts';
import { normalizeReference } from '../../oci/reference.ts';
import { verified } from '../../oci/verified.ts';
import { heldContent } from '../../ports/blob-store.ts';
import type { ImageBlob, ImageSource, ResolvedImage } from '../../ports/image-source.ts';
import { parseJsonStrict } from '../../support/json-document.ts';
import type { Run } from '../../support/run.ts';
import { LayoutError } from './layout-error.ts';
import { type LayoutFiles, missing, openedOnce, readDocument } from './layout-files.ts';

interface SavedImage {
  readonly config: string;
  readonly names: readonly string[];
  readonly layers: readonly string[];
}

/** Images of a `docker save` archive. Its layers are plain tars; the manifest is made here, in OCI form. */
export class DockerArchiveSource implements ImageSource {
  readonly name: string;
  readonly #files: (run: Run) => Promise<LayoutFiles>;

  /** @param open gives the files when the first image is asked for */
  constructor(path: string, open: (run: Run) => Promise<LayoutFiles>) {
    this.name = `docker-archive ${path}`;
    this.#files = openedOnce(open);
  }

  /**
   * Finds an image by its tag; a digest must be that of the manifest made here.
   * @throws LayoutError all codes; OciError OCI_REFERENCE_INVALID, OCI_DOCUMENT_INVALID
   */
  async resolve(
    reference: string,
    platform: Platform,
    run: Run,
  ): Promise<ResolvedImage | undefined> {
    const { normalized, digest } = normalizeReference(reference);
    const name = normalized.split('@')[0] ?? normalized;
    const files = await this.#files(run);
    const held = savedImages(await readDocument(files, 'manifest.json', run), files.origin).filter(
      ({ names }) => names.some((text) => normalizeReference(text).normalized === name),
    );
    const [saved, other] = held;
    if (saved === undefined) return undefined;
    if (other !== undefined && other.config !== saved.config)
      throw new LayoutError('LAYOUT_NAME_TWICE', `${files.origin}: two images are called ${name}`, {
        suggestions: ['Save them under different names'],
      });
    const image = await manifestOf(files, saved, platform, run);
    return digest !== undefined && digest !== image.root.digest
      ? undefined
      : { reference, normalized, source: this.name, ...image };
  }
}

async function manifestOf(
  files: LayoutFiles,
  saved: SavedImage,
  platform: Platform,
  run: Run,
): Promise<Pick<ResolvedImage, 'root' | 'blobs'>> {
  const configBytes = await readDocument(files, saved.config, run);
  const config = parseImageConfig(configBytes, `${files.origin}: ${saved.config}`);
  const found = config.platform;
  if (found.architecture !== platform.architecture || found.os !== platform.os) {
    throw new LayoutError(
      'LAYOUT_PLATFORM',
      `${files.origin}: ${saved.names.join(', ')} is for ${found.os}/${found.architecture}, not for ${platform.os}/${platform.architecture}`,
      {
        suggestions: [
          'Save an image of this platform, or change architecture in cowa-release.yaml',
        ],
      },
    );
  }
  if (config.diffIds.length !== saved.layers.length)
    throw bad(
      files.origin,
      `manifest.json names ${saved.layers.length} layers, the config ${config.diffIds.length}`,
    );
  const layers: ImageBlob[] = [];
  for (const [index, path] of saved.layers.entries()) {
    const size = await files.size(path);
    if (size === undefined) throw missing(files, path);
    const hash = createHash('sha256');
    for await (const chunk of files.open(path, run)) hash.update(chunk);
    const digest = digestFromHex(hash.digest('hex'));
    if (digest !== config.diffIds[index])
      throw bad(
        files.origin,
        `layer ${path} hashes to ${digest}, its config says ${String(config.diffIds[index])}`,
      );
    layers.push({
      mediaType: mediaTypes.ociLayerTar,
      digest,
      size,
      role: 'layer',
      open: (reading) => verified(files.open(path, reading), { digest, size }),
    });
  }
  const own = held(configBytes, mediaTypes.ociConfig, 'config');
  const manifest = held(
    renderManifest({ config: own, layers }),
    mediaTypes.ociManifest,
    'manifest',
  );
  return {
    root: plain(manifest),
    blobs: [...new Map([manifest, own, ...layers].map((blob) => [blob.digest, blob])).values()],
  };
}

function held(
  bytes: Uint8Array,
  mediaType: string,
  role: ImageBlob['role'],
): ImageBlob & Descriptor {
  return { mediaType, role, ...heldContent(bytes) };
}

function savedImages(bytes: Uint8Array, origin: string): readonly SavedImage[] {
  const { value, problem } = parseJsonStrict(bytes, { maxBytes: 8 * 2 ** 20, maxDepth: 16 });
  if (problem !== undefined || !Array.isArray(value))
    throw bad(origin, `manifest.json is no list: ${problem?.message ?? ''}`);
  return value.map((item: unknown) => {
    const { Config, RepoTags, Layers } = Object.fromEntries(Object.entries(Object(item)));
    if (
      typeof Config !== 'string' ||
      !isTexts(Layers) ||
      !(RepoTags === null || RepoTags === undefined || isTexts(RepoTags))
    ) {
      throw bad(origin, 'an entry of manifest.json lacks Config, RepoTags or Layers');
    }
    return { config: Config, names: RepoTags ?? [], layers: Layers };
  });
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function bad(origin: string, detail: string): LayoutError {
  return new LayoutError('LAYOUT_INVALID', `${origin} cannot be used: ${detail}`, {
    suggestions: ['Save the image again: docker save'],
  });
}
