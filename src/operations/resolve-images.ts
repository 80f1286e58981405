import type { LockedFlavor, LockedImage } from '../config/lock.ts';
import type { Platform } from '../oci/descriptor.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { ImageSource, ResolvedImage } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { ImageError } from './image-error.ts';

/** References asked for at once. */
const concurrency = 8;

/**
 * Finds every image in the first source that holds it. With a lock, each is asked for by its locked
 * digest: a tag that moved since is not looked at.
 * @param options `unbuilt` is told of an image that has to be built first, which is left out then
 * @returns by reference as given, in that order
 * @throws ImageError IMAGE_NOT_FOUND, LOCK_MISSING, LOCK_DRIFT; errors of the sources
 */
export async function resolveImages(
  references: readonly string[],
  sources: readonly ImageSource[],
  platform: Platform,
  options: { readonly lock?: LockedFlavor; readonly unbuilt?: (reference: string) => void },
  run: Run,
): Promise<ReadonlyMap<string, ResolvedImage>> {
  const wanted = [...new Set(references)];
  const { lock } = options;
  const pins = new Map(
    lock === undefined ? [] : wanted.map((reference) => [reference, pinOf(reference, lock)]),
  );
  const found = new Map<string, ResolvedImage>();
  await forEachBounded(wanted, concurrency, run.signal, async (reference) => {
    const pin = pins.get(reference);
    try {
      found.set(
        reference,
        pin === undefined
          ? await first(reference, sources, platform, run)
          : await locked(reference, pin, sources, platform, run),
      );
    } catch (error) {
      const unbuilt = error instanceof ImageError && error.code === 'IMAGE_NOT_BUILT';
      if (!unbuilt || options.unbuilt === undefined) throw error;
      options.unbuilt(reference);
    }
  });
  return new Map(
    wanted.flatMap((reference) => {
      const image = found.get(reference);
      return image === undefined ? [] : [[reference, image]];
    }),
  );
}

/** Asks the sources in their order. A source that fails ends the search: the next one might hold something else under the name. */
async function first(
  reference: string,
  sources: readonly ImageSource[],
  platform: Platform,
  run: Run,
): Promise<ResolvedImage> {
  for (const source of sources) {
    const image = await source.resolve(reference, platform, run);
    if (image !== undefined) return image;
  }
  const asked =
    sources.map(({ name }) => `${name}: does not hold it`).join('; ') || 'no source is configured';
  throw new ImageError(
    'IMAGE_NOT_FOUND',
    `${reference} is in no image source for ${platform.os}/${platform.architecture} (${asked})`,
    {
      suggestions: [
        'Check the name and tag',
        'Add a source that holds it, or its registry host, under imageSources in cowa-release.yaml',
      ],
    },
  );
}

async function locked(
  reference: string,
  pin: LockedImage,
  sources: readonly ImageSource[],
  platform: Platform,
  run: Run,
): Promise<ResolvedImage> {
  const { normalized, digest } = normalizeReference(reference);
  const pinned = digest === undefined ? `${normalized}@${pin.digest}` : reference;
  for (const source of sources) {
    const image = await source.resolve(pinned, platform, run);
    if (image === undefined) continue;
    const { root } = image;
    if (root.digest !== pin.digest || root.size !== pin.size || root.mediaType !== pin.mediaType)
      throw drift(reference, pin, `${image.source} gives ${root.digest}`);
    requireLayers(reference, pin, image);
    // Asked for by its own digest it did not come out of an index; what is packed must not differ for that.
    const fromIndex =
      pin.indexDigest === undefined
        ? {}
        : { indexDigest: pin.indexDigest, root: { ...root, platform: pin.platform ?? platform } };
    const about = pin.referrers === undefined ? {} : { referrers: pin.referrers };
    return { ...image, reference, normalized, ...fromIndex, ...about };
  }
  throw drift(
    reference,
    pin,
    `no source holds that digest any more (asked: ${sources.map(({ name }) => name).join(', ') || 'none'})`,
  );
}

function requireLayers(reference: string, pin: LockedImage, image: ResolvedImage): void {
  const blobs = new Map(image.blobs.map((blob) => [blob.digest, blob]));
  for (const part of [...pin.layers, ...(pin.config === undefined ? [] : [pin.config])]) {
    const size = blobs.get(part.digest)?.size;
    if (size !== part.size)
      throw drift(
        reference,
        pin,
        `${image.source} gives ${part.digest} with ${size ?? 'no'} bytes, locked are ${part.size}`,
      );
  }
}

function pinOf(reference: string, lock: LockedFlavor): LockedImage {
  const pin = lock.images.find((image) => image.reference === reference);
  if (pin !== undefined) return pin;
  throw new ImageError('LOCK_MISSING', `${reference} is not in the lock file`, {
    suggestions: ['cowa-release images lock'],
  });
}

function drift(reference: string, pin: LockedImage, actual: string): ImageError {
  return new ImageError('LOCK_DRIFT', `${reference} is locked at ${pin.digest}, but ${actual}`, {
    suggestions: [
      pin.built === undefined
        ? 'Put the locked image back into a source, or take the new one over: cowa-release images lock'
        : `It was built by ${pin.built.engine} ${pin.built.version}: cowa-release images build --locked --engine ${pin.built.engine}; or take the new one over: cowa-release images lock`,
    ],
  });
}
