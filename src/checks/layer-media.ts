/** How the bytes of a layer are packed, by its media type. `other`: no tar, such as an attestation. */
export type LayerMediaKind = 'tar' | 'gzip' | 'zstd' | 'other';

const prefixes = ['application/vnd.oci.image.layer.', 'application/vnd.docker.image.rootfs.'];
const others = ['application/vnd.in-toto+json', 'application/vnd.oci.empty.v1+json'];

/** Whether a media type is one that layers of images have, of known packing or not. */
export function isImageLayerType(mediaType: string): boolean {
  return (
    mediaType === 'application/vnd.in-toto+json' ||
    prefixes.some((prefix) => mediaType.startsWith(prefix))
  );
}

/** The packing a layer media type announces; undefined for types we do not know. */
export function layerMediaKind(mediaType: string): LayerMediaKind | undefined {
  if (others.includes(mediaType)) return 'other';
  if (!prefixes.some((prefix) => mediaType.startsWith(prefix))) return undefined;
  if (/[+.]gzip$/.test(mediaType)) return 'gzip';
  if (mediaType.endsWith('+zstd')) return 'zstd';
  return mediaType.endsWith('.tar') ? 'tar' : undefined;
}

/** What is wrong with the first bytes of a layer; undefined when they are as announced. */
export function layerContentFault(kind: LayerMediaKind, head: Uint8Array): string | undefined {
  const actual = packingOf(head);
  if (kind === 'other' || kind === actual) return undefined;
  return actual === 'tar' ? `is not ${kind}` : `is ${actual}`;
}

function packingOf(head: Uint8Array): LayerMediaKind {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const magic = head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  return magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5 ? 'zstd' : 'tar';
}
