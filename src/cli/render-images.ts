import type { LockDrift } from '../operations/compare-locks.ts';
import type { LockedState, OutdatedRelease } from '../operations/find-outdated.ts';
import type { ForeseenBuild } from '../operations/foresee-builds.ts';
import type { ImageList } from '../operations/list-images.ts';
import type { PulledInput } from '../operations/pull-inputs.ts';
import type { PulledMember } from '../operations/pull-members.ts';
import { formatSize } from '../support/format-size.ts';
import type { LockedImages, PulledImages, PulledReferrers } from './images-from-flags.ts';

/** What `images list --output json` prints. */
export interface ImagesListResult {
  readonly schema: 'cowa-release/images-list/v1';
  readonly flavors: readonly ImageList[];
  /** Images to build before the list is whole, bases first. */
  readonly builds: readonly ForeseenBuild[];
}

/** What `images pull --output json` prints. */
export interface ImagesPullResult {
  readonly schema: 'cowa-release/images-pull/v1';
  readonly flavors: readonly ImageList[];
  /** Blobs and bytes of all images, each blob once. */
  readonly total: { readonly blobs: number; readonly bytes: number };
  /** Of them, what was not in the cache before. */
  readonly fetched: { readonly blobs: number; readonly bytes: number };
  /** Published packages of the bundles, all of their files. */
  readonly packages: readonly PulledMember[];
  /** Charts, files, repositories and payloads from elsewhere, by address. */
  readonly inputs: readonly PulledInput[];
  /** What registries hold about the images, as locked or asked for. */
  readonly referrers: PulledReferrers;
  readonly cache: string;
}

/** What `images lock --output json` prints. */
export interface ImagesLockResult {
  readonly schema: 'cowa-release/images-lock/v1';
  readonly path: string;
  readonly outcome: LockedImages['outcome'];
  readonly drift: readonly LockDrift[];
  readonly flavors: readonly {
    readonly flavor: string;
    readonly images: number;
    readonly payloads: number;
    readonly packages: number;
    readonly inputs: number;
  }[];
}

/** What `images outdated --output json` prints. */
export interface ImagesOutdatedResult {
  readonly schema: 'cowa-release/images-outdated/v1';
  /** By flavor, kind, reference. */
  readonly entries: readonly LockedState[];
}

/** What differs from the lock, then how much does not. */
export function renderOutdated({ entries }: Pick<OutdatedRelease, 'entries'>): string {
  const told = entries.filter(({ state }) => state !== 'current' && state !== 'pinned');
  const unasked = told.filter(({ state }) => state === 'unknown').length;
  const stale = [
    ...new Set(told.flatMap(({ state, reference }) => (state === 'outdated' ? [reference] : []))),
  ];
  return [
    outdatedHeadline(entries.length, told.length - unasked, unasked),
    ...told.flatMap(({ flavor, kind, reference, state, locked, found, message }) => [
      `  ${state === 'unknown' ? 'could not be asked:' : state} ${kind} of ${flavor}: ${reference}`,
      ...(locked === undefined ? [] : [`    locked ${locked}`]),
      ...(found === undefined ? [] : [`    found  ${found}`]),
      ...(message === undefined ? [] : [`    ${message}`]),
    ]),
    ...(stale.length === 0
      ? []
      : [`next: cowa-release images lock ${stale.map((each) => `--update ${each}`).join(' ')}`]),
  ].join('\n');
}

/** What could not be told is not called outdated. */
function outdatedHeadline(all: number, stale: number, unasked: number): string {
  const references = count(all, 'reference');
  if (stale + unasked === 0) return `CURRENT  all ${references} as locked`;
  const same = `${all - stale - unasked} as locked`;
  if (stale === 0) return `UNKNOWN  ${unasked} of ${references} could not be asked; ${same}`;
  const also = unasked === 0 ? '' : `; ${unasked} could not be asked`;
  return `OUTDATED  ${stale} of ${references}${also}; ${same}`;
}

/** One block per flavor: every image with its source, digest, size and what it shares. */
export function renderImageLists(lists: readonly ImageList[]): string {
  return lists
    .flatMap(({ flavor, images, size }) => [
      `${flavor}  ${count(images.length, 'image')}, ${formatSize(size)} with shared layers once`,
      ...images.flatMap((image) => [
        `  ${image.reference}`,
        `    ${image.digest}  from ${image.source}`,
        `    ${formatSize(image.size)}, ${count(image.layers, 'layer')}${shared(image)}`,
      ]),
    ])
    .join('\n');
}

/** What has to be built first, in this order; nothing where there is nothing. */
export function renderForeseenBuilds(builds: readonly ForeseenBuild[]): readonly string[] {
  if (builds.length === 0) return [];
  return [
    `to build  ${count(builds.length, 'image')}, in this order`,
    ...builds.flatMap(({ reference, containerfile, context, bases }) => [
      `  ${reference}`,
      `    ${containerfile}, context ${context.path} (${count(context.files, 'file')}, ${formatSize(context.size)})`,
      ...bases.map(({ reference: base, own }) => `    on ${base}${own ? ', built here' : ''}`),
    ]),
    'next: cowa-release images build',
  ];
}

/** What had to be fetched, and where it lies. */
export function renderPull({
  flavors,
  stored,
  packages,
  inputs,
  referrers,
  cacheDir,
}: PulledImages): string {
  const { total, fetched } = stored;
  const had = total.blobs - fetched.blobs;
  return [
    renderImageLists(flavors),
    `fetched ${count(fetched.blobs, 'blob')}, ${formatSize(fetched.bytes)}; ${had} of ${total.blobs} (${formatSize(total.bytes - fetched.bytes)}) were in the cache`,
    ...packages.map(
      ({ reference, digest, size }) => `package  ${reference}  ${digest}  ${formatSize(size)}`,
    ),
    ...inputs.map(
      ({ kind, address, size, held }) =>
        `${kind}  ${address}  ${formatSize(size)}${held ? ', in the cache before' : ''}`,
    ),
    ...(referrers.artifacts === 0
      ? []
      : [
          `about the images  ${count(referrers.artifacts, 'artifact')}, ${formatSize(referrers.total.bytes)}; ${formatSize(referrers.fetched.bytes)} fetched`,
        ]),
    `cache  ${cacheDir}`,
  ].join('\n');
}

/** What the lock holds, and what changed against the one before. */
export function renderLocked({ path, lock, drift, outcome }: LockedImages): string {
  const words = {
    written: `written  ${path}`,
    unchanged: `unchanged  ${path}`,
    agrees: `agrees  ${path} names what the sources hold`,
    drifted: `DRIFT  ${path} and the sources disagree in ${count(drift.length, 'place')}`,
  };
  const sums = Object.entries(lock.flavors).map(
    ([flavor, { images, payloads, packages = [], inputs = [] }]) => {
      const about = images.reduce((sum, { referrers = [] }) => sum + referrers.length, 0);
      const named = [
        count(images.length, 'image'),
        count(payloads.length, 'payload file'),
        ...(packages.length === 0 ? [] : [count(packages.length, 'published package')]),
        ...(inputs.length === 0 ? [] : [count(inputs.length, 'fetched input')]),
        ...(about === 0 ? [] : [`${count(about, 'artifact')} about images`]),
      ];
      return `  ${flavor}  ${named.join(', ')}`;
    },
  );
  const next =
    outcome === 'drifted' ? ['next: look at each change, then cowa-release images lock'] : [];
  return [words[outcome], ...drift.flatMap(renderDrift), ...sums, ...next].join('\n');
}

/** As the JSON of `images lock`. */
export function toLockResult({ path, lock, drift, outcome }: LockedImages): ImagesLockResult {
  return {
    schema: 'cowa-release/images-lock/v1',
    path,
    outcome,
    drift,
    flavors: Object.entries(lock.flavors).map(
      ([flavor, { images, payloads, packages = [], inputs = [] }]) => ({
        flavor,
        images: images.length,
        payloads: payloads.length,
        packages: packages.length,
        inputs: inputs.length,
      }),
    ),
  };
}

function renderDrift({
  flavor,
  kind,
  name,
  change,
  locked,
  found,
  differs,
}: LockDrift): readonly string[] {
  return [
    `  ${change} ${kind} of ${flavor}: ${name}`,
    ...(differs === undefined
      ? []
      : [`    the digest is the same, and this is not: ${differs.join(', ')}`]),
    ...(locked === undefined ? [] : [`    locked ${locked}`]),
    ...(found === undefined ? [] : [`    found  ${found}`]),
  ];
}

function shared({ sharedLayers, sharedSize }: ImageList['images'][number]): string {
  return sharedLayers === 0 ? '' : `, ${sharedLayers} shared (${formatSize(sharedSize)})`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
