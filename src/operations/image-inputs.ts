import type { ProvenanceResource } from '../attestation/provenance.ts';
import type { LockedReferrer } from '../config/lock.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { type Digest, hexOf, isDigest } from '../oci/digest.ts';
import { isManifestType, parseManifest } from '../oci/manifest.ts';
import { OciError } from '../oci/oci-error.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import type { BuildRecord } from '../ports/build-record.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import type { Run } from '../support/run.ts';
import { placeName } from './place-name.ts';
import type { RecordedReads } from './record-reads.ts';

const baseName = 'org.opencontainers.image.base.name';
const baseDigest = 'org.opencontainers.image.base.digest';
const maxDocumentBytes = 8 * 2 ** 20;

/**
 * An image as provenance names it, what it was put together from where that was done here, and the base it
 * says it has.
 */
export async function imageInputs(
  image: ResolvedImage,
  architecture: string,
  reads: RecordedReads,
  run: Run,
): Promise<readonly ProvenanceResource[]> {
  const { normalized, root, source, indexDigest, composed, built, referrers } = image;
  const own: ProvenanceResource = {
    name: normalized,
    uri: imageUri(normalized, root.digest, architecture),
    digest: { sha256: hexOf(root.digest) },
    mediaType: root.mediaType,
    annotations: {
      kind: 'image',
      source: source
        .split(' ')
        .map((word) => placeName(word))
        .join(' '),
      ...(indexDigest === undefined ? {} : { index: indexDigest }),
      ...(root.platform === undefined
        ? {}
        : { platform: `${root.platform.os}/${root.platform.architecture}` }),
      ...(built === undefined ? {} : { build: buildOf(built) }),
    },
  };
  const bases = [
    ...(composed?.base === undefined
      ? []
      : [baseResource(composed.base.reference, composed.base.digest, normalized, architecture)]),
    ...(built?.bases ?? []).map(({ reference, digest }) =>
      baseResource(reference.replace(/@.*$/, ''), digest, normalized, architecture),
    ),
    ...(await statedBases(image, architecture, run)),
  ];
  const files = [
    ...(composed?.files ?? []).flatMap((path) =>
      reads.filesAt(path).flatMap((file) => {
        const digest = reads.digestOf(file);
        return digest === undefined ? [] : [{ path: file, digest }];
      }),
    ),
    ...(composed?.tars ?? []),
  ].map(
    ({ path, digest }): ProvenanceResource => ({
      name: placeName(path),
      digest: { sha256: hexOf(digest) },
      annotations: { kind: 'image-file', of: normalized },
    }),
  );
  const about = (referrers ?? []).map((each) => referrerResource(each, normalized, architecture));
  return [own, ...bases, ...files, ...about];
}

/** Which engine built it of what. Of arguments only the names: a value may be anything. */
function buildOf({ bases: _, ...record }: BuildRecord): Readonly<Record<string, unknown>> {
  return { ...record };
}

/** @see Package URL, type oci */
function imageUri(reference: string, digest: Digest, architecture: string): string {
  const { registry, repository, tag } = normalizeReference(reference);
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const place = encodeURIComponent(`${registry}/${repository}`);
  const tagged = tag === undefined ? '' : `&tag=${encodeURIComponent(tag)}`;
  return `pkg:oci/${name}@${encodeURIComponent(digest)}?arch=${architecture}&repository_url=${place}${tagged}`;
}

function baseResource(
  reference: string,
  digest: Digest,
  of: string,
  architecture: string,
): ProvenanceResource {
  const { normalized } = normalizeReference(reference);
  return {
    name: normalized,
    uri: imageUri(normalized, digest, architecture),
    digest: { sha256: hexOf(digest) },
    annotations: { kind: 'base-image', of },
  };
}

/** What was kept of what the registry holds about the image. Nobody judged it for being here. */
function referrerResource(
  { digest, mediaType, artifactType, subject, tag }: LockedReferrer,
  of: string,
  architecture: string,
): ProvenanceResource {
  const { registry, repository } = normalizeReference(of);
  const place = `${registry}/${repository}`;
  const name = tag === undefined ? `${place}@${digest}` : `${place}:${tag}`;
  return {
    name,
    uri: imageUri(name, digest, architecture),
    digest: { sha256: hexOf(digest) },
    mediaType,
    annotations: { kind: 'referrer', of, subject, artifactType },
  };
}

/**
 * Bases that annotations and labels of an image name with their digest. One without a digest pins nothing and is
 * left out.
 * @see OCI image-spec 1.1, annotations.md
 */
async function statedBases(
  image: ResolvedImage,
  architecture: string,
  run: Run,
): Promise<readonly ProvenanceResource[]> {
  const found = new Map<string, ProvenanceResource>();
  for (const manifest of image.blobs.filter(({ role }) => role === 'manifest')) {
    const document = await documentOf(manifest, run);
    const labels: unknown[] = [Reflect.get(Object(document), 'annotations')];
    for (const config of image.blobs.filter(
      ({ digest }) => digest === configDigest(manifest.mediaType, document),
    )) {
      const read = await documentOf(config, run);
      labels.push(Reflect.get(Object(Reflect.get(Object(read), 'config')), 'Labels'));
    }
    for (const each of labels) {
      const stated: Readonly<Record<string, unknown>> = Object(each);
      const { [baseName]: name, [baseDigest]: digest } = stated;
      if (typeof name !== 'string' || typeof digest !== 'string' || !isDigest(digest)) continue;
      try {
        const base = baseResource(name, digest, image.normalized, architecture);
        found.set(`${name} ${digest}`, base);
      } catch (error) {
        // What an image says of its base is anybody's text.
        if (!(error instanceof OciError)) throw error;
      }
    }
  }
  return [...found.values()];
}

function configDigest(mediaType: string, document: unknown): Digest | undefined {
  if (!isManifestType(mediaType)) return undefined;
  try {
    const bytes = Buffer.from(JSON.stringify(document));
    const { config } = parseManifest(bytes, mediaType, 'an image');
    const known: readonly string[] = [mediaTypes.ociConfig, mediaTypes.dockerConfig];
    return known.includes(config.mediaType) ? config.digest : undefined;
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}

async function documentOf(blob: BlobSource, run: Run): Promise<unknown> {
  if (blob.size > maxDocumentBytes) return undefined;
  const bytes = Buffer.concat(await Array.fromAsync(blob.open(run)));
  return parseJsonStrict(bytes, { maxBytes: maxDocumentBytes, maxDepth: 64 }).value;
}
