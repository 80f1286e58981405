import type { LockedFlavor } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import type { ImageSource, ResolvedImage } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import type { ReleasePlan } from './plan-release.ts';
import { resolveImages } from './resolve-images.ts';

/**
 * Finds every image of a release, each once. With locks, each by what is locked of it.
 * @throws ImageError IMAGE_NOT_FOUND, LOCK_MISSING, LOCK_DRIFT; errors of the sources
 */
export async function resolveReleaseImages(
  plan: ReleasePlan,
  sources: readonly ImageSource[],
  locks: ReadonlyMap<ReleaseFlavor, LockedFlavor> | undefined,
  run: Run,
): Promise<ReadonlyMap<string, ResolvedImage>> {
  const references = plan.packages.flatMap(({ resolved }) => resolved.images);
  const lock = mergeLocks(locks);
  return resolveImages(
    references,
    sources,
    releasePlatform(plan),
    lock === undefined ? {} : { lock },
    run,
  );
}

/** The one platform a release is for. */
export function releasePlatform(plan: ReleasePlan): {
  readonly os: 'linux';
  readonly architecture: string;
} {
  return { os: 'linux', architecture: plan.release.architecture };
}

/** All that is locked, by whichever flavor names it first. */
export function mergeLocks(
  locks: ReadonlyMap<ReleaseFlavor, LockedFlavor> | undefined,
): LockedFlavor | undefined {
  if (locks === undefined) return undefined;
  const all = [...locks.values()];
  return {
    images: all.flatMap(({ images }) => images),
    payloads: all.flatMap(({ payloads }) => payloads),
    packages: all.flatMap(({ packages }) => packages ?? []),
    inputs: all.flatMap(({ inputs }) => inputs ?? []),
  };
}
