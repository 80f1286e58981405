import { dirname, join } from 'node:path';
import type { ReleaseLock } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import { renderLock } from '../config/render-lock.ts';
import { compareLocks, type LockDrift } from '../operations/compare-locks.ts';
import { findOutdated, type OutdatedRelease } from '../operations/find-outdated.ts';
import { pullReferrers, withReferrers } from '../operations/image-referrers.ts';
import { joinPath } from '../operations/join-path.ts';
import { type ImageList, listImages } from '../operations/list-images.ts';
import { loadLock, lockFileName } from '../operations/load-lock.ts';
import { lockRelease } from '../operations/lock-release.ts';
import { pullImages } from '../operations/pull-images.ts';
import { type PulledInput, pullInputs } from '../operations/pull-inputs.ts';
import { type PulledMember, pullMembers } from '../operations/pull-members.ts';
import { ReleaseUsageError } from '../operations/release-error.ts';
import { writeReleaseFile } from '../operations/release-files.ts';
import { imagesByFlavor } from '../operations/release-images.ts';
import {
  type ForeseenImages,
  foreseeReleaseImages,
  mergeLocks,
  resolveReleaseImages,
} from '../operations/resolve-release-images.ts';
import type { StoredBlobs } from '../operations/store-blobs.ts';
import { updateLock } from '../operations/update-lock.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import { type OpenRelease, openRelease } from './open-release.ts';
import type { RegistryLogin } from './registry-flags.ts';
import type { SettledRelease } from './release-request.ts';
import { outputFolderIn } from './wire-image-sources.ts';
import { type ImageReferrers, imageReferrers } from './wire-referrers.ts';

/** Whether registries are asked what they hold about images; undefined: as the definition says. */
export interface ReferrersWish {
  readonly referrers: boolean | undefined;
}

/** What the image commands were asked for. */
export interface ImagesRequest extends Omit<SettledRelease, 'config'> {
  readonly locked: boolean;
  /** For the one registry of the release, before stored logins. */
  readonly login?: RegistryLogin;
}

/** Artifacts about images, and their contents. */
export interface PulledReferrers extends Omit<StoredBlobs, 'absent'> {
  readonly artifacts: number;
}

export interface PulledImages {
  readonly flavors: readonly ImageList[];
  readonly stored: Omit<StoredBlobs, 'absent'>;
  readonly packages: readonly PulledMember[];
  /** Charts, files, repositories and payloads from elsewhere, by address. */
  readonly inputs: readonly PulledInput[];
  /** What is about the images. */
  readonly referrers: PulledReferrers;
  readonly cacheDir: string;
}

/** What became of a lock file. */
export interface LockedImages {
  readonly path: string;
  readonly lock: ReleaseLock;
  /** What differs from the lock that was there; empty where nothing does or nothing was there. */
  readonly drift: readonly LockDrift[];
  readonly outcome: 'written' | 'unchanged' | 'agrees' | 'drifted';
}

/** Images of every flavor asked for, as found in the sources; nothing but manifests and configs is fetched. */
export async function imagesList(
  request: ImagesRequest,
  run: Run,
): Promise<Pick<ForeseenImages, 'builds'> & { readonly flavors: readonly ImageList[] }> {
  const { plan, images: sources, lock } = await open(request, run);
  const { images, builds } = await foreseeReleaseImages(plan, sources, lock, run);
  return { flavors: imagesByFlavor(plan, images).map(listImages), builds };
}

/** Brings what every flavor asked for takes in into the cache: images, packages of its bundle, inputs from elsewhere. */
export async function imagesPull(
  request: ImagesRequest & ReferrersWish,
  run: Run,
): Promise<PulledImages> {
  const release = await open(request, run);
  const asked = await imageReferrers(release.registries, request.referrers);
  const images = await withWished(
    await resolveReleaseImages(release.plan, release.images, release.lock, run),
    asked,
    run,
  );
  const { stored } = await pullImages([...images.values()], release.blobs, run, {
    readAgain: true,
  });
  const about = await pullReferrers(
    request.referrers === false ? [] : [...images.values()],
    asked.source,
    release.blobs,
    run,
  );
  const flavors = imagesByFlavor(release.plan, images).map(listImages);
  const lock = mergeLocks(release.lock);
  const packages = await pullMembers(release.plan, lock, release, run);
  const inputs = await pullInputs(release.plan, lock, release.fetching, run);
  const referrers = { artifacts: about.referrers.length, ...about.stored };
  return { flavors, stored, packages, inputs, referrers, cacheDir: release.cacheDir };
}

/**
 * Writes the lock file beside the definition, or with `check` only compares it with what is found now.
 * @throws ReleaseUsageError RELEASE_LOCK_INVALID: there is none to check, or it is no lock of this release
 */
export async function imagesLock(
  request: Omit<ImagesRequest, 'locked'> & {
    readonly check: boolean;
    /** Of what is locked, only these are looked at anew. */
    readonly update: readonly string[];
  } & ReferrersWish,
  run: Run,
): Promise<LockedImages> {
  const release = await open({ ...request, locked: false }, run);
  const { plan, root } = release;
  const earlier = await earlierLock(release, request);
  // What was locked once stays locked, unless it is said not to be.
  const wish = request.referrers ?? (hasReferrers(earlier) ? true : undefined);
  const asked = await imageReferrers(release.registries, wish);
  const about = (images: Images): Promise<Images> => withWished(images, asked, run);
  const lock =
    earlier !== undefined && request.update.length > 0
      ? await updateLock(plan, earlier, request.update, { ...release, about }, run)
      : await lockAnew(release, request.flavor === 'all' ? undefined : earlier, about, run);
  const flavors = plan.flavors.map(({ flavor }) => flavor);
  const drift = earlier === undefined ? [] : compareLocks(earlier, lock, flavors);
  const folder = await outputFolderIn(root);
  const path = join(dirname(request.definition), lockFileName);
  if (request.check)
    return { path, lock, drift, outcome: drift.length === 0 ? 'agrees' : 'drifted' };
  const text = renderLock(lock);
  if (earlier !== undefined && text === renderLock(earlier))
    return { path, lock, drift, outcome: 'unchanged' };
  run.signal.throwIfAborted();
  await writeReleaseFile(folder, lockFileName, text);
  return { path, lock, drift, outcome: 'written' };
}

/** What is locked against what the sources hold now. @throws ReleaseUsageError RELEASE_LOCK_INVALID */
export async function imagesOutdated(
  request: Omit<ImagesRequest, 'locked'>,
  run: Run,
): Promise<OutdatedRelease> {
  const release = await open({ ...request, locked: false }, run);
  const { plan, workspace } = release;
  const lock = await loadLock(plan.root, workspace, plan.release);
  return findOutdated(plan, lock, release, run);
}

/** @param kept a lock of all flavors begins anew without it: flavors the definition no longer has go */
async function lockAnew(
  release: OpenRelease,
  kept: ReleaseLock | undefined,
  about: (images: Images) => Promise<Images>,
  run: Run,
): Promise<ReleaseLock> {
  const { plan } = release;
  const images = await about(await resolveReleaseImages(plan, release.images, undefined, run));
  return lockRelease(plan, imagesByFlavor(plan, images), kept, release, run);
}

type Images = ReadonlyMap<string, ResolvedImage>;

/** The images, with what is about them where registries are to be asked. */
export function withWished(
  images: Images,
  { asks, source }: ImageReferrers,
  run: Run,
): Promise<Images> {
  return asks ? withReferrers(images, source, run) : Promise.resolve(images);
}

function hasReferrers(lock: ReleaseLock | undefined): boolean {
  return Object.values(lock?.flavors ?? {}).some(({ images }) =>
    images.some(({ referrers }) => referrers !== undefined),
  );
}

/** Actions are not run here: what they would make is no image. */
function open(request: ImagesRequest, run: Run): Promise<OpenRelease> {
  return openRelease({ ...request, runActions: true }, run);
}

async function earlierLock(
  { plan, workspace }: OpenRelease,
  request: {
    readonly check: boolean;
    readonly update: readonly string[];
    readonly flavor: ReleaseFlavor | 'all';
  },
): Promise<ReleaseLock | undefined> {
  const { update, flavor } = request;
  const check = request.check || update.length > 0;
  const there = (await workspace.stat(joinPath(plan.root, lockFileName))) !== undefined;
  if (!there && !check) return undefined;
  try {
    return await loadLock(plan.root, workspace, plan.release);
  } catch (error) {
    const replaced = !check && flavor === 'all';
    if (replaced && error instanceof ReleaseUsageError) return undefined;
    throw error;
  }
}
