import { CowaError } from '../errors/families.ts';
import type { Digest } from '../oci/digest.ts';
import { normalizeReference } from '../oci/reference.ts';
import { subjectOf } from '../oci/referrer.ts';
import type { ImageBlob, ResolvedImage } from '../ports/image-source.ts';
import type { BlobArrival, RegistryTarget } from '../ports/registry-target.ts';
import { type Run, runWithin } from '../support/run.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { listReferrers } from './list-referrer.ts';
import { PushUsageError } from './push-error.ts';

/** Contents sent at once. */
const concurrency = 4;

/** Where one image lies now. */
export interface PushedImage {
  /** As it is called where it came from. */
  readonly reference: string;
  /** As it is called now, without digest. */
  readonly pushed: string;
  readonly digest: Digest;
  /** Contents, each once: how each came there. */
  readonly blobs: Readonly<Record<BlobArrival, number>>;
  /** Bytes that were sent. */
  readonly sentBytes: number;
}

/** One registry, and what it holds now. */
export interface PushedTo {
  readonly registry: string;
  readonly images: readonly PushedImage[];
  /** Why it does not hold the others. */
  readonly error?: CowaError;
}

interface Destination {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly pushed: string;
}

/**
 * Pushes images to registries, one after the other: the same digests everywhere. All targets are asked who
 * they are and what stands at the tags before anything is sent; after that one that fails does not stop the others.
 * @param replace whether a tag that another image has is moved
 * @returns in the order of the targets what each holds now
 * @throws PushUsageError all codes; errors of the registries before anything is sent, or of the only one
 * @see OCI distribution-spec 1.1, push
 */
export async function pushImages(
  given: readonly ResolvedImage[],
  targets: readonly RegistryTarget[],
  replace: boolean,
  run: Run,
): Promise<readonly PushedTo[]> {
  const images = await besideSubjects(given, run);
  if (images.length === 0) {
    throw new PushUsageError('PUSH_NOTHING', 'there is no image to push', {
      suggestions: ['See what there is: cowa-release images list'],
    });
  }
  for (const target of targets) {
    requireOwnNames(images, target);
    await target.preflight(run);
    if (!replace) for (const image of images) await requireFreeTag(image, target, run);
  }
  const done: PushedTo[] = [];
  for (const target of targets) {
    const pushed: PushedImage[] = [];
    // Which repositories of this registry have a content: it need not be sent again.
    const known = new Map<Digest, string[]>();
    const held = { registry: placeOf(target), images: pushed };
    try {
      for (const image of images) pushed.push(await pushImage(image, target, known, run));
      done.push(held);
    } catch (error) {
      run.signal.throwIfAborted();
      if (!(error instanceof CowaError) || targets.length === 1) throw error;
      done.push({ ...held, error });
    }
  }
  return done;
}

async function pushImage(
  image: ResolvedImage,
  target: RegistryTarget,
  known: Map<Digest, string[]>,
  run: Run,
): Promise<PushedImage> {
  const { repository, tag, pushed } = destinationOf(image, target);
  const { reference, root, blobs } = image;
  const step = `push ${pushed}`;
  const contents = blobs.filter(({ role }) => role === 'config' || role === 'layer');
  const totalBytes = contents.reduce((sum, { size }) => sum + size, 0);
  run.onProgress?.({ kind: 'step-started', step, title: `Push ${pushed}`, totalBytes });
  const counts = { there: 0, mounted: 0, uploaded: 0 };
  let bytes = 0;
  let sentBytes = 0;
  try {
    await forEachBounded(contents, concurrency, run.signal, async (blob) => {
      const others = known.get(blob.digest) ?? [];
      const arrival = await target.pushBlob(repository, blob, others, run);
      counts[arrival] += 1;
      if (arrival === 'uploaded') sentBytes += blob.size;
      known.set(blob.digest, [...others, repository]);
      bytes += blob.size;
      run.onProgress?.({ kind: 'step-progress', step, bytes, totalBytes });
    });
    // An index comes before what it names; a registry wants it behind.
    const documents = blobs.filter(({ role }) => role === 'index' || role === 'manifest');
    for (const document of documents.toReversed()) {
      const isRoot = document.digest === root.digest;
      const known = { ...document, bytes: await bytesOf(document, run) };
      const told = await target.pushDocument(repository, known, isRoot ? tag : undefined, run);
      const subject = subjectOf(known);
      // A registry that keeps such lists itself says so.
      if (subject !== undefined && told.subject !== subject)
        await listReferrers(target, repository, [known], subject, run);
    }
  } catch (error) {
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'failed' });
    throw error;
  }
  const outcome = counts.uploaded + counts.mounted === 0 ? 'reused' : 'done';
  run.onProgress?.({ kind: 'step-finished', step, outcome });
  return { reference, pushed, digest: root.digest, blobs: counts, sentBytes };
}

/** What is about an image lies in its repository, or nobody finds it; images come before what is about them. */
async function besideSubjects(
  images: readonly ResolvedImage[],
  run: Run,
): Promise<readonly ResolvedImage[]> {
  const byDigest = new Map(images.map((image) => [image.root.digest, image]));
  const about: ResolvedImage[] = [];
  const own: ResolvedImage[] = [];
  for (const image of images) {
    const root = image.blobs.find(({ digest }) => digest === image.root.digest);
    const bytes = root === undefined ? undefined : await bytesOf(root, run);
    const subject = bytes === undefined ? undefined : subjectOf({ ...image.root, bytes });
    const of = subject === undefined ? undefined : byDigest.get(subject);
    const { tag } = normalizeReference(image.normalized);
    if (of === undefined || tag !== undefined) own.push(image);
    else {
      const { registry, repository } = normalizeReference(of.normalized);
      about.push({ ...image, normalized: `${registry}/${repository}@${image.root.digest}` });
    }
  }
  return [...own, ...about];
}

async function bytesOf(document: ImageBlob, run: Run): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(document.open(run)));
}

/** The repository keeps its path; its host becomes the target's. An image that has no tag gets none. */
function destinationOf({ normalized }: ResolvedImage, target: RegistryTarget): Destination {
  const { repository: path, tag } = normalizeReference(normalized);
  const repository = target.prefix === '' ? path : `${target.prefix}/${path}`;
  const pushed = `${target.host}/${repository}${tag === undefined ? '' : `:${tag}`}`;
  return { repository, tag, pushed };
}

/** @throws PushUsageError PUSH_NAMES_COLLIDE */
function requireOwnNames(images: readonly ResolvedImage[], target: RegistryTarget): void {
  const names = new Map<string, ResolvedImage>();
  for (const image of images) {
    const { tag, pushed } = destinationOf(image, target);
    const other = names.get(pushed);
    names.set(pushed, image);
    if (tag === undefined || other === undefined || other.root.digest === image.root.digest)
      continue;
    throw new PushUsageError(
      'PUSH_NAMES_COLLIDE',
      `${other.normalized} and ${image.normalized} are two images, and both would be ${pushed}`,
      { suggestions: ['Push them one by one to different prefixes: --image … --to host/prefix'] },
    );
  }
}

/** @throws PushUsageError PUSH_TAG_TAKEN */
async function requireFreeTag(
  image: ResolvedImage,
  target: RegistryTarget,
  run: Run,
): Promise<void> {
  const { repository, tag, pushed } = destinationOf(image, target);
  if (tag === undefined) return;
  const there = await target.find(repository, tag, runWithin(run, `look at ${pushed}`));
  if (there === undefined || there === image.root.digest) return;
  throw new PushUsageError(
    'PUSH_TAG_TAKEN',
    `${pushed} is another image already: ${there}, to be pushed is ${image.root.digest}`,
    { suggestions: ['Choose another registry or prefix, or move the tag with --replace'] },
  );
}

function placeOf({ host, prefix }: RegistryTarget): string {
  return prefix === '' ? host : `${host}/${prefix}`;
}
