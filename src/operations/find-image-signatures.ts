import type { PackageFacts } from '../checks/facts.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import { blobPath } from '../oci/layout.ts';
import type { ImageSignature } from './judge-image-signature.ts';

const payloadType = 'application/vnd.dev.cosign.simplesigning.v1+json';
const signatureKey = 'dev.cosignproject.cosign/signature';

/** The digest a name such as `registry/app:sha256-<hex>.sig` stands for; undefined for images themselves. */
function signedImageOf(name: string): Digest | undefined {
  const hex = /:sha256-([0-9a-f]{64})\.sig$/.exec(name)?.[1];
  return hex === undefined ? undefined : digestFromHex(hex);
}

/** Whether an entry of the image layout is evidence about an image and no image. */
export function isImageEvidence(name: string): boolean {
  return /:sha256-[0-9a-f]{64}\.(?:sig|att|sbom)$/.test(name);
}

/**
 * Signatures over images that a package carries as `sha256-<digest>.sig`, by the digest of the image: a
 * layer for each, whose content names the image and whose annotation holds the signature.
 * @see cosign, SIGNATURE_SPEC.md; containers/image, simple signing
 */
export function imageSignatures({
  images,
  files,
}: PackageFacts): ReadonlyMap<Digest, readonly ImageSignature[]> {
  const found = new Map<Digest, ImageSignature[]>();
  for (const { name, manifests } of images?.roots ?? []) {
    const image = name === undefined ? undefined : signedImageOf(name);
    if (name === undefined || image === undefined) continue;
    const layers = manifests.flatMap((manifest) => manifest.layers);
    for (const { mediaType, digest, annotations = {} } of layers) {
      if (mediaType !== payloadType) continue;
      const list = found.get(image) ?? [];
      found.set(image, list);
      list.push({
        location: `${name} ${digest.slice(7, 19)}`,
        image,
        payload: files.get(`images/${blobPath(digest)}`)?.content,
        signature: annotations[signatureKey],
        annotations,
      });
    }
  }
  return found;
}
