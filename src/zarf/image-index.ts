import { annotationKeys, type Descriptor, mediaTypes } from '../oci/descriptor.ts';

/** One image of a package. */
export interface IndexedImage {
  /** Full reference, as Zarf keys it. */
  readonly name: string;
  readonly root: Descriptor;
  /** Manifests of an index that is kept whole. */
  readonly children: readonly Descriptor[];
}

/**
 * `images/index.json`: one descriptor per name, sorted by digest and then by name, each with both
 * name annotations; the manifests of an index kept whole stand in it without a name, unless another
 * name leads to them already.
 * @see shared reference of the Zarf package format, 2.3
 */
export function renderImageIndex(images: readonly IndexedImage[]): Uint8Array {
  const named = new Map(images.map((image) => [image.name, descriptor(image.root, image.name)]));
  const taken = new Set([...named.values()].map(({ digest }) => digest));
  const children = new Map(
    images
      .flatMap((image) => image.children)
      .filter(({ digest }) => !taken.has(digest))
      .map((child) => [child.digest, descriptor(child)]),
  );
  const manifests = [...named.values(), ...children.values()].sort(
    (a, b) => compare(a.digest, b.digest) || compare(nameOf(a), nameOf(b)),
  );
  return Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }),
  );
}

/** Members in the order OCI's own implementation writes them. */
function descriptor(from: Descriptor, name?: string): Descriptor {
  return {
    mediaType: from.mediaType,
    digest: from.digest,
    size: from.size,
    ...(name === undefined
      ? {}
      : { annotations: { [annotationKeys.baseName]: name, [annotationKeys.refName]: name } }),
    ...platformOf(from.platform),
  };
}

function platformOf(platform: Descriptor['platform']): Pick<Descriptor, 'platform'> {
  if (platform === undefined) return {};
  const { architecture, os, variant } = platform;
  return { platform: { architecture, os, ...(variant === undefined ? {} : { variant }) } };
}

function nameOf(entry: Descriptor): string {
  return entry.annotations?.[annotationKeys.refName] ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
