import { type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { parseIndex } from '../oci/image-index.ts';
import { OciError } from '../oci/oci-error.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import type { BlobArrival, PushedDocument, RegistryTarget } from '../ports/registry-target.ts';
import type { Run } from '../support/run.ts';
import { type ArchiveReferrer, takeBeside, toReferrer } from './archive-referrers.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { listReferrers } from './list-referrer.ts';
import {
  type PublishableArchive,
  type PublishPorts,
  publishableArchive,
} from './publishable-archive.ts';
import { ArchivePushError, PushUsageError } from './push-error.ts';

/** Contents sent at once. */
const concurrency = 4;

export interface PushArchiveRequest {
  /** Path of the archive. */
  readonly location: string;
  /** Whether a tag that something else has is moved. */
  readonly replace: boolean;
  /** Whether what lies beside the archive goes along. */
  readonly referrers: boolean;
}

/** Where an archive lies now. */
export interface PushedArchive {
  readonly kind: PublishableArchive['kind'];
  /** `oci://host/repository:tag`. */
  readonly reference: string;
  /** Of the manifest: what statements, and whoever looks for them, name. */
  readonly digest: Digest;
  /** The file that was pushed. */
  readonly archive: PublishableArchive['archive'];
  /** Files beside it, each an artifact about the manifest. */
  readonly referrers: readonly {
    readonly name: string;
    readonly artifactType: string;
    readonly digest: Digest;
  }[];
  /** Who keeps the list of them: the registry, or we under a tag; null where there are none. */
  readonly listed: 'registry' | 'tag' | null;
  /** Contents, each once: how each came there. */
  readonly blobs: Readonly<Record<BlobArrival, number>>;
  /** Bytes that were sent. */
  readonly sentBytes: number;
}

/**
 * Publishes an archive as zarf and uds do, and what lies beside it as artifacts about it. The tag comes last:
 * whoever sees it finds everything, and a push that was killed has changed nothing that anybody sees.
 * @throws ArchivePushError; PushUsageError PUSH_TAG_TAKEN; errors of the registry, of the source and of the store
 * @see OCI distribution-spec 1.1, push
 */
export async function pushArchive(
  { location, replace, referrers }: PushArchiveRequest,
  target: RegistryTarget,
  ports: PublishPorts,
  run: Run,
): Promise<PushedArchive> {
  await target.preflight(run);
  const published = await publishableArchive(location, ports, run);
  const files = referrers ? await takeBeside(location, ports, run) : [];
  const { kind, archive, manifest, tag } = published;
  const repository = target.prefix === '' ? published.name : `${target.prefix}/${published.name}`;
  const reference = `oci://${target.host}/${repository}:${tag}`;
  requireReference(reference, location);
  const index = await indexAt(target, repository, published, { reference, replace }, run);
  const subject = { ...manifest, size: manifest.bytes.length };
  const artifacts: ArchiveReferrer[] = [];
  for (const file of files) artifacts.push(await toReferrer(file, subject, archive, run));
  const sent = await sendBlobs(
    [...published.blobs, ...artifacts.flatMap(({ blobs }) => blobs)],
    target,
    repository,
    `push ${reference}`,
    run,
  );
  await target.pushDocument(repository, manifest, undefined, run);
  const listed = await pushArtifacts(target, repository, artifacts, manifest.digest, run);
  if (index !== undefined) await target.pushDocument(repository, index, tag, run);
  return {
    kind,
    reference,
    digest: manifest.digest,
    archive,
    referrers: artifacts.map(({ name, artifactType, document }) => ({
      name,
      artifactType,
      digest: document.digest,
    })),
    listed,
    ...sent,
  };
}

/** @throws ArchivePushError PUSH_NAME */
function requireReference(reference: string, location: string): void {
  try {
    normalizeReference(reference);
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    throw new ArchivePushError('PUSH_NAME', `${location} has no place there: ${error.message}`, {
      cause: error,
      suggestions: ['Name registry and prefix with --to, in lower case'],
    });
  }
}

/**
 * What the tag is to lead to: every architecture that is published there, and this one.
 * @returns undefined where it leads there already
 * @throws PushUsageError PUSH_TAG_TAKEN
 */
async function indexAt(
  target: RegistryTarget,
  repository: string,
  { manifest, tag, architecture }: PublishableArchive,
  { reference, replace }: { readonly reference: string; readonly replace: boolean },
  run: Run,
): Promise<PushedDocument | undefined> {
  const there = await target.read(repository, tag, run);
  const isIndex = there?.mediaType === mediaTypes.ociIndex;
  const entries = isIndex ? parseIndex(there.bytes, there.mediaType, reference).manifests : [];
  const isOwn = ({ platform }: Descriptor): boolean =>
    platform?.os === 'multi' && platform.architecture === architecture;
  const own = entries.find(isOwn);
  if (own?.digest === manifest.digest) return undefined;
  const taken = isIndex ? own?.digest : there?.digest;
  if (taken !== undefined && !replace) {
    throw new PushUsageError(
      'PUSH_TAG_TAKEN',
      `${reference} is something else already: ${taken}, to be pushed is ${manifest.digest}`,
      { suggestions: ['Give it another version or prefix, or move the tag with --replace'] },
    );
  }
  const { mediaType, digest, bytes } = manifest;
  const entry: Descriptor = {
    mediaType,
    digest,
    size: bytes.length,
    platform: { architecture, os: 'multi' },
  };
  const manifests = [...entries.filter((each) => !isOwn(each)), entry];
  const rendered = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }),
  );
  return { mediaType: mediaTypes.ociIndex, digest: digestOf(rendered), bytes: rendered };
}

async function sendBlobs(
  blobs: readonly BlobSource[],
  target: RegistryTarget,
  repository: string,
  step: string,
  run: Run,
): Promise<Pick<PushedArchive, 'blobs' | 'sentBytes'>> {
  const wanted = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
  const totalBytes = wanted.reduce((sum, { size }) => sum + size, 0);
  const counts = { there: 0, mounted: 0, uploaded: 0 };
  let bytes = 0;
  let sentBytes = 0;
  run.onProgress?.({ kind: 'step-started', step, title: `Push to ${repository}`, totalBytes });
  try {
    await forEachBounded(wanted, concurrency, run.signal, async (blob) => {
      const arrival = await target.pushBlob(repository, blob, [], run);
      counts[arrival] += 1;
      if (arrival === 'uploaded') sentBytes += blob.size;
      bytes += blob.size;
      run.onProgress?.({ kind: 'step-progress', step, bytes, totalBytes });
    });
  } catch (error) {
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'failed' });
    throw error;
  }
  const outcome = counts.uploaded === 0 ? 'reused' : 'done';
  run.onProgress?.({ kind: 'step-finished', step, outcome });
  return { blobs: counts, sentBytes };
}

/** By digest; what the registry does not list itself is listed in one go. */
async function pushArtifacts(
  target: RegistryTarget,
  repository: string,
  artifacts: readonly ArchiveReferrer[],
  subject: Digest,
  run: Run,
): Promise<PushedArchive['listed']> {
  const unlisted: PushedDocument[] = [];
  for (const { document } of artifacts) {
    const told = await target.pushDocument(repository, document, undefined, run);
    if (told.subject !== subject) unlisted.push(document);
  }
  if (unlisted.length > 0) await listReferrers(target, repository, unlisted, subject, run);
  return artifacts.length === 0 ? null : unlisted.length > 0 ? 'tag' : 'registry';
}
