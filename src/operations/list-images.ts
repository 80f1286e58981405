import type { ReleaseFlavor } from '../config/release-definition.ts';
import type { Digest } from '../oci/digest.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { FlavorImages } from './release-images.ts';

/** The image set of one flavor. Sizes are bytes as stored: compressed where the image is. */
export interface ImageList {
  readonly flavor: ReleaseFlavor;
  readonly images: readonly ListedImage[];
  /** Bytes of all images, each blob once: what a package of them all would hold. */
  readonly size: number;
}

export interface ListedImage {
  readonly reference: string;
  readonly source: string;
  readonly digest: Digest;
  /** Of the multi-platform index it was narrowed from. */
  readonly indexDigest?: Digest;
  /** Bytes of everything it consists of. */
  readonly size: number;
  readonly layers: number;
  /** Layers that another image of the flavor has too. */
  readonly sharedLayers: number;
  /** Bytes of the shared layers. */
  readonly sharedSize: number;
}

/** Says of the images of a flavor where each was found, how large it is and what it shares. */
export function listImages({ flavor, images }: FlavorImages): ImageList {
  const owners = new Map<Digest, Set<string>>();
  const sizes = new Map<Digest, number>();
  for (const { reference, blobs } of images) {
    for (const { digest, size } of blobs) {
      sizes.set(digest, size);
      owners.set(digest, (owners.get(digest) ?? new Set()).add(reference));
    }
  }
  const listed = images.map((image) => toListed(image, owners));
  return { flavor, images: listed, size: sum([...sizes.values()]) };
}

function toListed(
  { reference, source, root, indexDigest, blobs }: ResolvedImage,
  owners: ReadonlyMap<Digest, ReadonlySet<string>>,
): ListedImage {
  const layers = blobs.filter(({ role }) => role === 'layer');
  const shared = layers.filter(({ digest }) => (owners.get(digest)?.size ?? 0) > 1);
  return {
    reference,
    source,
    digest: root.digest,
    ...(indexDigest === undefined ? {} : { indexDigest }),
    size: sum(blobs.map(({ size }) => size)),
    layers: layers.length,
    sharedLayers: shared.length,
    sharedSize: sum(shared.map(({ size }) => size)),
  };
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
