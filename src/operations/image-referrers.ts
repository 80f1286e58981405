import type { LockedReferrer } from '../config/lock.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { isManifestType } from '../oci/manifest.ts';
import { normalizeReference } from '../oci/reference.ts';
import { referrersTag } from '../oci/referrer.ts';
import { type BlobStore, heldContent, storedContent } from '../ports/blob-store.ts';
import type { ImageBlob, ResolvedImage } from '../ports/image-source.ts';
import { type Referrer, ReferrerError, type ReferrerSource } from '../ports/referrer-source.ts';
import type { Run } from '../support/run.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { type StoredBlobs, storeBlobs } from './store-blobs.ts';

/** Artifacts that are kept about one image. */
const maxArtifacts = 256;
/** All they hold together. */
const maxTotalBytes = 1 << 30;
/** About the image, and about what is about it: a signature over an SBOM. */
const maxDepth = 2;
/** What cosign names by tags made of the digest of an image. */
const tagEndings = ['sig', 'att', 'sbom'] as const;
/** Images asked about at once. */
const concurrency = 4;

/**
 * Asks the registries that images were found in what they hold about each: about the image, about the index it was
 * narrowed from, and about what is about them. Images of other sources, and those whose lock says it, stay as they are.
 * @throws ReferrerError REFERRERS_*; errors of the registries
 */
export async function withReferrers(
  images: ReadonlyMap<string, ResolvedImage>,
  source: ReferrerSource,
  run: Run,
): Promise<ReadonlyMap<string, ResolvedImage>> {
  const found = new Map(images);
  await forEachBounded([...images], concurrency, run.signal, async ([reference, image]) => {
    if (image.remote !== true || image.referrers !== undefined) return;
    found.set(reference, { ...image, referrers: await findAbout(image, source, run) });
  });
  return found;
}

async function findAbout(
  image: ResolvedImage,
  source: ReferrerSource,
  run: Run,
): Promise<readonly LockedReferrer[]> {
  const { normalized, root, indexDigest } = image;
  const found = new Map<Digest, LockedReferrer>();
  let subjects: readonly Digest[] = [
    root.digest,
    ...(indexDigest === undefined ? [] : [indexDigest]),
  ];
  let bytes = 0;
  const take = (referrer: Referrer, subject: Digest, tag?: string): void => {
    const { descriptor, layers } = referrer;
    const { artifactType, mediaType, digest, size } = descriptor;
    const about = { subject, artifactType, mediaType, digest, size };
    found.set(digest, tag === undefined ? about : { ...about, tag });
    bytes += layers.reduce((sum, layer) => sum + layer.size, 0);
    if (found.size > maxArtifacts)
      throw tooMuch(`${normalized} has more than ${maxArtifacts} artifacts about it`);
    if (bytes > maxTotalBytes)
      throw tooMuch(`what is about ${normalized} has more than ${maxTotalBytes} bytes`);
  };
  for (const subject of subjects) {
    for (const ending of tagEndings) {
      const tag = `${referrersTag(subject)}.${ending}`;
      const tagged = await source.findTagged(normalized, tag, run);
      if (tagged !== undefined) take(tagged, subject, tag);
    }
  }
  for (let depth = 0; depth < maxDepth; depth += 1) {
    const next: Digest[] = [];
    for (const subject of subjects) {
      const listed = await source.listReferrers(normalized, subject, run);
      for (const each of listed.filter((one: Descriptor) => isManifestType(one.mediaType))) {
        if (found.has(each.digest)) continue;
        take(await source.readReferrer(normalized, subject, each, run), subject);
        next.push(each.digest);
      }
    }
    subjects = next;
  }
  return [...found.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

/**
 * Brings what is about images into the store, as it is locked or was found: manifests, configs and contents. What the
 * store holds is not asked for.
 * @returns each as what can be pushed into the repository of its image
 * @throws ReferrerError REFERRERS_*; errors of the registries and of the store
 */
export async function pullReferrers(
  images: readonly ResolvedImage[],
  source: ReferrerSource,
  blobs: BlobStore,
  run: Run,
): Promise<{
  readonly referrers: readonly ResolvedImage[];
  readonly stored: Omit<StoredBlobs, 'absent'>;
}> {
  const read: {
    readonly image: ResolvedImage;
    readonly about: LockedReferrer;
    readonly referrer: Referrer;
  }[] = [];
  for (const image of images)
    for (const about of image.referrers ?? [])
      read.push({ image, about, referrer: await readLocked(image, about, source, run) });
  const contents = read.flatMap(({ referrer }) => [
    heldContent(referrer.document.bytes),
    referrer.config,
    ...referrer.layers,
  ]);
  const { absent: _none, ...stored } = await storeBlobs(
    contents,
    blobs,
    {
      name: 'referrers',
      title: (missing, of) => `Fetch ${missing} of ${of} contents about images`,
    },
    run,
  );
  return { referrers: read.map((each) => toImage(each, blobs)), stored };
}

async function readLocked(
  { normalized }: ResolvedImage,
  { subject, tag, ...listed }: LockedReferrer,
  source: ReferrerSource,
  run: Run,
): Promise<Referrer> {
  // What a tag led to is read by its digest: the tag may have moved.
  return tag === undefined
    ? source.readReferrer(normalized, subject, listed, run)
    : source.readTagged(normalized, listed, run);
}

function toImage(
  {
    image,
    about,
    referrer,
  }: { readonly image: ResolvedImage; readonly about: LockedReferrer; readonly referrer: Referrer },
  blobs: BlobStore,
): ResolvedImage {
  const { registry, repository } = normalizeReference(image.normalized);
  const { mediaType, digest, size } = about;
  const place = `${registry}/${repository}`;
  const normalized = about.tag === undefined ? `${place}@${digest}` : `${place}:${about.tag}`;
  const blob = (
    { mediaType: type, ...stored }: Descriptor,
    role: ImageBlob['role'],
  ): ImageBlob => ({ ...storedContent(stored, blobs), mediaType: type, role });
  return {
    reference: normalized,
    normalized,
    source: image.source,
    root: { mediaType, digest, size },
    blobs: [
      blob({ mediaType, digest, size }, 'manifest'),
      blob(referrer.config, 'config'),
      ...referrer.layers.map((layer) => blob(layer, 'layer')),
    ],
  };
}

function tooMuch(message: string): ReferrerError {
  return new ReferrerError('REFERRERS_LIMIT', message, {
    suggestions: ['Have what nobody needs removed there; lock without it: --no-referrers'],
  });
}
