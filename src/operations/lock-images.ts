import type { LockedFlavor, LockedImage } from '../config/lock.ts';
import { isManifestType, parseManifest } from '../oci/manifest.ts';
import type { BuildRecord } from '../ports/build-record.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';

/** Images as a lock file names them, sorted by reference; small documents are read, layers are not. */
export async function lockImages(
  images: Iterable<ResolvedImage>,
  run: Run,
): Promise<LockedFlavor['images']> {
  const locked: LockedImage[] = [];
  for (const image of images) locked.push(await lockImage(image, run));
  return locked.sort((a, b) =>
    a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0,
  );
}

async function lockImage(
  { reference, source, root, indexDigest, blobs, built, referrers }: ResolvedImage,
  run: Run,
): Promise<LockedImage> {
  const { mediaType, digest, size, platform } = root;
  const base = {
    reference,
    source,
    ...(built === undefined ? {} : { built: lockedBuild(built) }),
    ...(indexDigest === undefined ? {} : { indexDigest }),
    ...(platform === undefined ? {} : { platform }),
    mediaType,
    digest,
    size,
    ...(referrers === undefined ? {} : { referrers }),
  };
  const part = (blob: {
    readonly mediaType: string;
    readonly digest: LockedImage['digest'];
    readonly size: number;
  }): LockedImage['layers'][number] => ({
    mediaType: blob.mediaType,
    digest: blob.digest,
    size: blob.size,
  });
  const rootBlob = blobs.find((blob) => blob.digest === digest);
  if (rootBlob === undefined || !isManifestType(mediaType)) {
    return { ...base, layers: blobs.filter(({ role }) => role === 'layer').map(part) };
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of rootBlob.open(run)) chunks.push(chunk);
  const { config, layers } = parseManifest(Buffer.concat(chunks), mediaType, reference);
  return {
    ...base,
    config: { digest: config.digest, size: config.size },
    layers: layers.map(part),
  };
}

function lockedBuild({ engine, version, origins }: BuildRecord): NonNullable<LockedImage['built']> {
  return { engine, version, origins };
}
