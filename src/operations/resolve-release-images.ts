import type { LockedFlavor } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import type { ImageSource, ResolvedImage } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import { type ForeseenBuild, foreseeBuilds } from './foresee-builds.ts';
import type { ReleasePlan } from './plan-release.ts';
import { resolveImages } from './resolve-images.ts';

/** The images of a release as far as they are there, and what has to be built for the others, bases first. */
export interface ForeseenImages {
  readonly images: ReadonlyMap<string, ResolvedImage>;
  readonly builds: readonly ForeseenBuild[];
  /** References of images that are to be built, sorted. */
  readonly unbuilt: readonly string[];
}

/**
 * As `resolveReleaseImages`, for looking ahead: that images are to be built first is no failure.
 * @throws BuildError: what is to be built cannot be; ImageError IMAGE_NOT_FOUND, LOCK_MISSING, LOCK_DRIFT
 */
export async function foreseeReleaseImages(
  plan: ReleasePlan,
  sources: readonly ImageSource[],
  locks: ReadonlyMap<ReleaseFlavor, LockedFlavor> | undefined,
  run: Run,
): Promise<ForeseenImages> {
  const unbuilt: string[] = [];
  const note = (reference: string): void => void unbuilt.push(reference);
  const images = await resolveReleaseImages(plan, sources, locks, run, note);
  unbuilt.sort();
  const builds = await foreseeBuilds(unbuilt, sources, releasePlatform(plan), run);
  return { images, builds, unbuilt };
}

/**
 * Finds every image of a release, each once. With locks, each by what is locked of it.
 * @param unbuilt is told of an image that has to be built first, which is left out then
 * @throws ImageError IMAGE_NOT_BUILT where nobody is to be told, IMAGE_NOT_FOUND, LOCK_MISSING, LOCK_DRIFT; errors of the sources
 */
export async function resolveReleaseImages(
  plan: ReleasePlan,
  sources: readonly ImageSource[],
  locks: ReadonlyMap<ReleaseFlavor, LockedFlavor> | undefined,
  run: Run,
  unbuilt?: (reference: string) => void,
): Promise<ReadonlyMap<string, ResolvedImage>> {
  const references = plan.packages.flatMap(({ resolved }) => resolved.images);
  const lock = mergeLocks(locks);
  const step = 'find images';
  const count = new Set(references).size;
  // A source may be silent for minutes: whoever waits sees for what, and how long.
  const title = `Ask image sources for ${count} ${count === 1 ? 'image' : 'images'}`;
  run.onProgress?.({ kind: 'step-started', step, title });
  let outcome: 'done' | 'failed' = 'failed';
  try {
    const found = await resolveImages(
      references,
      sources,
      releasePlatform(plan),
      {
        ...(lock === undefined ? {} : { lock }),
        ...(unbuilt === undefined ? {} : { unbuilt }),
      },
      run,
    );
    outcome = 'done';
    return found;
  } finally {
    run.onProgress?.({ kind: 'step-finished', step, outcome });
  }
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
