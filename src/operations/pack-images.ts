import { type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { isDigest } from '../oci/digest.ts';
import { blobPath, layoutMarker } from '../oci/layout.ts';
import { type BlobSource, heldContent } from '../ports/blob-store.ts';
import type { ImageBlob, ResolvedImage } from '../ports/image-source.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import type { Run } from '../support/run.ts';
import { type IndexedImage, renderImageIndex } from '../zarf/image-index.ts';
import { PackError } from '../zarf/pack-error.ts';
import type { PackedFile } from './packed-package.ts';
import type { ResolvedPackage } from './resolved-package.ts';

const maxIndexBytes = 4 * 2 ** 20;

/**
 * The `images/` folder of a package: every blob once, however many images share it.
 * @throws PackError PACK_IMAGE_MISSING
 * @see shared reference of the Zarf package format, 2.3
 */
export async function packImages(
  resolved: ResolvedPackage,
  images: ReadonlyMap<string, ResolvedImage>,
  run: Run,
): Promise<{ readonly files: readonly PackedFile[]; readonly keepsIndex: boolean }> {
  if (resolved.images.length === 0) return { files: [], keepsIndex: false };
  const blobs = new Map<string, ImageBlob>();
  const indexed: IndexedImage[] = [];
  for (const reference of resolved.images) {
    const image = images.get(reference);
    if (image === undefined) {
      throw new PackError('PACK_IMAGE_MISSING', `no source gave the image ${reference}`, {
        suggestions: ['Add a source that holds it to imageSources in cowa-release.yaml'],
      });
    }
    for (const blob of image.blobs) if (!blobs.has(blob.digest)) blobs.set(blob.digest, blob);
    const root = blobs.get(image.root.digest);
    if (root === undefined)
      throw new PackError(
        'PACK_IMAGE_MISSING',
        `the image ${reference} was resolved without its own manifest ${image.root.digest}`,
      );
    indexed.push({
      name: image.normalized,
      root: image.root,
      children: isIndex(image.root) ? await readChildren(root, reference, run) : [],
    });
  }
  const files: PackedFile[] = [
    { path: 'images/oci-layout', mode: 0o644, blob: heldContent(Buffer.from(layoutMarker)) },
    { path: 'images/index.json', mode: 0o644, blob: heldContent(renderImageIndex(indexed)) },
  ];
  for (const blob of blobs.values()) {
    files.push({
      path: `images/${blobPath(blob.digest)}`,
      mode: 0o444,
      blob,
    });
  }
  return { files, keepsIndex: indexed.some(({ root }) => isIndex(root)) };
}

function isIndex({ mediaType }: Descriptor): boolean {
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerIndex;
}

async function readChildren(
  root: BlobSource,
  reference: string,
  run: Run,
): Promise<readonly Descriptor[]> {
  const bytes = Buffer.concat(await Array.fromAsync(root.open(run)));
  const { value, problem } = parseJsonStrict(bytes, { maxBytes: maxIndexBytes, maxDepth: 32 });
  const listed: unknown =
    problem === undefined ? Reflect.get(Object(value), 'manifests') : undefined;
  if (!Array.isArray(listed))
    throw new PackError(
      'PACK_IMAGE_MISSING',
      `the index of ${reference} cannot be read: ${problem?.message ?? 'it has no manifests'}`,
    );
  return listed.map((entry: unknown): Descriptor => {
    const { mediaType, digest, size, platform }: Record<string, unknown> = Object(entry);
    if (
      typeof mediaType !== 'string' ||
      typeof digest !== 'string' ||
      !isDigest(digest) ||
      typeof size !== 'number'
    ) {
      throw new PackError(
        'PACK_IMAGE_MISSING',
        `the index of ${reference} has an entry without media type, digest or size`,
      );
    }
    const { architecture, os, variant }: Record<string, unknown> = Object(platform ?? {});
    const known = typeof architecture === 'string' && typeof os === 'string';
    return {
      mediaType,
      digest,
      size,
      ...(known
        ? { platform: { architecture, os, ...(typeof variant === 'string' ? { variant } : {}) } }
        : {}),
    };
  });
}
