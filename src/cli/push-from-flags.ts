import { UsageError } from '../errors/families.ts';
import { pullReferrers } from '../operations/image-referrers.ts';
import { pullImages } from '../operations/pull-images.ts';
import { PushUsageError } from '../operations/push-error.ts';
import { type PushedTo, pushImages } from '../operations/push-images.ts';
import { resolveReleaseImages } from '../operations/resolve-release-images.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { RegistryTarget } from '../ports/registry-target.ts';
import type { Run } from '../support/run.ts';
import { type ImagesRequest, type ReferrersWish, withWished } from './images-from-flags.ts';
import { openRelease } from './open-release.ts';
import type { RegistryAccess } from './registry-flags.ts';
import { blobStoreIn, cacheFolder, openCompute, workspaceIn } from './wire.ts';
import { imageReferrers } from './wire-referrers.ts';
import { localRegistryIn, pushTarget } from './wire-registry.ts';
import { imagesIn } from './wire-sbom.ts';

/** What `images push` cannot be asked for. */
class PushFlagError extends UsageError<
  | 'PUSH_TARGET' // no registry, or one that is not written like one
  | 'PUSH_LOGIN_AMBIGUOUS' // one login for several registries
  | 'PUSH_IMAGE_MISSING' // the place holds no such image
> {}

/** What `images push` was asked for. */
export interface PushRequest {
  /** `host[:port][/prefix]` of each registry. */
  readonly to: readonly string[];
  /** Folder of a registry that runs as long as this command. */
  readonly localRegistry: string | undefined;
  readonly replace: boolean;
  readonly access: RegistryAccess;
  /** A layout, a `docker save` archive, a package or a bundle; without it the images of a release. */
  readonly from:
    | {
        readonly location: string;
        readonly images: readonly string[];
        readonly architecture: string;
        readonly cacheDir: string | undefined;
      }
    | (ImagesRequest & ReferrersWish);
}

/** Finds the images, starts a registry where one is wanted, pushes. */
export async function pushFromFlags(request: PushRequest, run: Run): Promise<readonly PushedTo[]> {
  const { to, localRegistry, from, replace, access } = request;
  if (to.length === 0 && localRegistry === undefined) {
    throw new PushFlagError('PUSH_TARGET', 'no registry is named', {
      suggestions: ['Add --to registry.example.org/prefix, or --local-registry <folder>'],
    });
  }
  if (access.login !== undefined && to.length !== 1) {
    throw new PushFlagError(
      'PUSH_LOGIN_AMBIGUOUS',
      `--username is a login for one registry, and ${to.length} are named with --to`,
      { suggestions: ['Store the logins (docker login, skopeo login), or push one by one'] },
    );
  }
  const targets: RegistryTarget[] = [];
  for (const place of new Set(to)) targets.push(await targetAt(place, access));
  const images = 'location' in from ? await imagesAt(from, run) : await releaseImages(from, run);
  await using local =
    localRegistry === undefined ? undefined : await localRegistryIn(localRegistry, run);
  if (local !== undefined)
    targets.push(await targetAt(local.host, { plainHttp: false, files: {} }));
  return await pushImages(images, targets, replace, run);
}

/** A registry as `--to` names it. @throws PushFlagError PUSH_TARGET */
export async function targetAt(
  text: string,
  { plainHttp, files, login }: RegistryAccess,
): Promise<RegistryTarget> {
  const place = text.replace(/^oci:\/\//, '').replace(/\/$/, '');
  const [host = '', ...prefix] = place.split('/');
  const isHost =
    /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.test(host) && /[.:]|^localhost$/.test(host);
  if (!isHost || !prefix.every((part) => /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*$/.test(part))) {
    throw new PushFlagError('PUSH_TARGET', `'${text}' is not host[:port][/prefix]`, {
      suggestions: ['Write it like registry.example.org:5000/mirror, without a tag'],
    });
  }
  return pushTarget(place, {
    ...files,
    ...(plainHttp ? { plainHttp: [host] } : {}),
    ...(login === undefined ? {} : { login: { host, ...login } }),
  });
}

/** Every image of the flavors, once, in the cache. */
async function releaseImages(
  request: ImagesRequest & ReferrersWish,
  run: Run,
): Promise<readonly ResolvedImage[]> {
  const release = await openRelease({ ...request, runActions: true }, run);
  const { referrers = false } = request;
  const asked = await imageReferrers(release.registries, referrers);
  const resolved = await resolveReleaseImages(release.plan, release.images, release.lock, run);
  const found = [...(await withWished(resolved, asked, run)).values()];
  const { images } = await pullImages(found, release.blobs, run);
  const about = referrers
    ? (await pullReferrers(found, asked.source, release.blobs, run)).referrers
    : [];
  const byName = (a: ResolvedImage, b: ResolvedImage): number =>
    a.normalized < b.normalized ? -1 : 1;
  return [...images.toSorted(byName), ...about.toSorted(byName)];
}

/** @throws PushFlagError PUSH_IMAGE_MISSING */
async function imagesAt(
  from: Extract<PushRequest['from'], { location: string }>,
  run: Run,
): Promise<readonly ResolvedImage[]> {
  const { location, images, architecture, cacheDir } = from;
  await using compute = await openCompute();
  const blobs = await blobStoreIn(await cacheFolder(cacheDir), compute);
  const { found, missing } = await imagesIn(
    location,
    images,
    { architecture, os: 'linux' },
    { workspace: await workspaceIn('/'), blobs },
    run,
  );
  if (found.length === 0 && missing.length === 0)
    throw new PushUsageError('PUSH_NOTHING', `there is no image to push in ${location}`, {
      suggestions: [
        'Name with --from a layout, a docker save archive, or a package or bundle that carries images',
      ],
    });
  if (missing.length === 0) return (await pullImages(found, blobs, run)).images;
  throw new PushFlagError('PUSH_IMAGE_MISSING', `${location} does not hold ${missing.join(', ')}`, {
    suggestions: ['Leave --image out to take every image that is there'],
  });
}
