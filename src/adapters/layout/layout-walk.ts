import type { Descriptor, Platform } from '../../oci/descriptor.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { parseImageConfig } from '../../oci/image-config.ts';
import { isIndexType, parseIndex } from '../../oci/image-index.ts';
import { isRunnable } from '../../oci/is-runnable.ts';
import { blobPath } from '../../oci/layout.ts';
import { parseManifest } from '../../oci/manifest.ts';
import { OciError } from '../../oci/oci-error.ts';
import { verified } from '../../oci/verified.ts';
import type { ImageBlob } from '../../ports/image-source.ts';
import type { Run } from '../../support/run.ts';
import { LayoutError } from './layout-error.ts';
import { type LayoutFiles, missing, readDocument } from './layout-files.ts';

const maxIndexDepth = 3;

/** One image being followed from its root to every blob. */
export interface Walk {
  readonly files: LayoutFiles;
  readonly platform: Platform;
  readonly blobs: Map<Digest, ImageBlob>;
  readonly run: Run;
}

/** An index that is kept whole, with everything below it. @throws LayoutError LAYOUT_INVALID; OciError */
export async function takeIndex(walk: Walk, self: Descriptor, depth = 1): Promise<void> {
  if (depth > maxIndexDepth)
    throw new LayoutError(
      'LAYOUT_INVALID',
      `${walk.files.origin}: indexes are nested deeper than ${maxIndexDepth}`,
    );
  const index = parseIndex(
    await readBlob(walk, self),
    self.mediaType,
    `${walk.files.origin}: ${self.digest}`,
  );
  await take(walk, self, 'index');
  for (const child of index.manifests) {
    if (walk.blobs.has(child.digest)) continue;
    if (isIndexType(child.mediaType)) await takeIndex(walk, child, depth + 1);
    else await takeManifest(walk, child, false);
  }
}

/** A manifest with its config and layers. @throws LayoutError LAYOUT_BLOB_MISSING, LAYOUT_PLATFORM; OciError */
export async function takeManifest(
  walk: Walk,
  self: Descriptor,
  judgePlatform: boolean,
): Promise<void> {
  const { files, platform } = walk;
  const manifest = parseManifest(
    await readBlob(walk, self),
    self.mediaType,
    `${files.origin}: ${self.digest}`,
  );
  await take(walk, self, 'manifest');
  await take(walk, manifest.config, 'config');
  for (const layer of manifest.layers) await take(walk, layer, 'layer');
  if (!judgePlatform || !isRunnable(manifest)) return;
  const config = parseImageConfig(
    await readBlob(walk, manifest.config),
    `${files.origin}: config ${manifest.config.digest}`,
  );
  if (!fits(config.platform, platform))
    throw wrongPlatform(files, self.digest, platform, [config.platform]);
}

async function take(
  { files, blobs }: Walk,
  { digest, size, mediaType }: Descriptor,
  role: ImageBlob['role'],
): Promise<void> {
  if (blobs.has(digest)) return;
  const path = blobPath(digest);
  const actual = await files.size(path);
  if (actual === undefined) throw missing(files, path);
  if (actual !== size)
    throw new OciError(
      'OCI_SIZE_MISMATCH',
      `${files.origin}: blob ${digest} has ${actual} bytes, expected ${size}`,
    );
  blobs.set(digest, {
    digest,
    size,
    mediaType,
    role,
    open: (run) => verified(files.open(path, run), { digest, size }),
  });
}

/** A document of the layout, whole and right. @throws OciError OCI_SIZE_MISMATCH, OCI_DIGEST_MISMATCH */
export async function readBlob(
  { files, run }: Walk,
  { digest, size }: Descriptor,
): Promise<Uint8Array> {
  const bytes = await readDocument(files, blobPath(digest), run);
  if (bytes.byteLength !== size)
    throw new OciError(
      'OCI_SIZE_MISMATCH',
      `${files.origin}: blob ${digest} has ${bytes.byteLength} bytes, expected ${size}`,
    );
  if (digestOf(bytes) !== digest)
    throw new OciError(
      'OCI_DIGEST_MISMATCH',
      `${files.origin}: blob ${digest} hashes to ${digestOf(bytes)}`,
    );
  return bytes;
}

/** Variants are not compared: definitions name an architecture alone. */
export function fits(found: Platform | undefined, wanted: Platform): boolean {
  return found?.architecture === wanted.architecture && found.os === wanted.os;
}

export function wrongPlatform(
  files: LayoutFiles,
  name: string,
  wanted: Platform,
  found: readonly (Platform | undefined)[],
): LayoutError {
  const names = [
    ...new Set(
      found.map((platform) =>
        platform === undefined ? 'unnamed' : `${platform.os}/${platform.architecture}`,
      ),
    ),
  ];
  return new LayoutError(
    'LAYOUT_PLATFORM',
    `${files.origin}: ${name} is there for ${names.slice(0, 12).join(', ') || 'no platform'}, not for ${wanted.os}/${wanted.architecture}`,
    {
      suggestions: [
        'Put an image of this platform into the layout, or change architecture in cowa-release.yaml',
      ],
    },
  );
}
