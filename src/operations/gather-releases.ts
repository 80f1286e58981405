import { posix } from 'node:path';
import { parseLock } from '../config/parse-lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import { CowaError } from '../errors/families.ts';
import type { DeployedRelease, ReleaseBudget } from '../lint/deployed-release.ts';
import { parsePreviousRelease } from '../lint/previous-release.ts';
import type { SizeBudget } from '../policy/policy.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import type { FoundDefinitions, FoundRelease } from './find-definitions.ts';
import { forEachBounded } from './for-each-bounded.ts';
import type { LookedAtBundle } from './gather-bundles.ts';
import { nearest } from './lint-jobs.ts';
import type { JudgedPackage } from './lint-package.ts';
import { ownImages } from './own-images.ts';

/** Everything that was looked at, before it is told apart by release. */
export interface LookedAt {
  readonly found: FoundDefinitions;
  readonly packages: readonly JudgedPackage[];
  readonly bundles: readonly LookedAtBundle[];
  /** The one flavor that is judged; undefined: all. */
  readonly flavor: string | undefined;
  /** Of the policy. */
  readonly budgets: readonly SizeBudget[];
  /** When it is to be installed; undefined: nobody knows. */
  readonly installOn?: Date | undefined;
}

const maxTextBytes = 2 ** 20;
const maxTextsBytes = 2 ** 26;
const maxReportBytes = 2 ** 26;
const atOnce = 16;

/**
 * What is released together: everything of each release definition, and, where packages or bundles belong
 * to none, these.
 */
export async function gatherReleases(
  { found, packages, bundles, flavor, budgets, installOn }: LookedAt,
  workspace: Workspace,
  run: Run,
): Promise<readonly DeployedRelease[]> {
  const texts = await readTexts(found, workspace, run);
  const owners = [
    ...found.releases,
    ...(packages.some(({ job }) => job.release === undefined) ||
    bundles.some(({ release }) => release === undefined) ||
    found.releases.length === 0
      ? [undefined]
      : []),
  ];
  const releases: DeployedRelease[] = [];
  for (const owner of owners) {
    const mine = <T extends { readonly release: FoundRelease | undefined }>(each: T): boolean =>
      each.release?.file === owner?.file;
    const ownBundles = bundles.filter(mine);
    const ownPackages = packages.filter(({ job }) => mine(job));
    const below = (path: string): boolean => nearest(path, found.releases)?.file === owner?.file;
    const { definition, locate } = owner?.parsed ?? {};
    const budget = await budgetOf(owner, budgets, workspace);
    const images = owner === undefined ? [] : await ownImages(owner, workspace);
    releases.push({
      label: owner?.folder ?? found.path,
      definition: definition && narrowed(definition, flavor),
      definitionAt:
        owner === undefined || locate === undefined
          ? undefined
          : (pointer) => ({ file: owner.file, ...locate(pointer) }),
      packages: ownPackages.flatMap(({ facts }) => facts ?? []),
      bundles: ownBundles.flatMap(({ bundle }) => bundle ?? []),
      documents: new Map([...texts].filter(([path]) => below(path))),
      // A release also names packages of folders that are passed over.
      files: new Set([...found.files, ...found.packages]),
      root: found.root,
      ...(budget === undefined ? {} : { budget }),
      ...(images.length === 0 ? {} : { images }),
      ...(installOn === undefined ? {} : { installOn }),
      unread: [
        ...ownPackages
          .filter(({ facts }) => facts === undefined)
          .map(({ job }) => ({ path: job.file, reason: 'it cannot be resolved' })),
        ...ownBundles
          .filter(({ bundle }) => bundle === undefined)
          .map(({ file }) => ({ path: file, reason: 'it cannot be read' })),
        ...found.notLookedAt.filter(({ path }) => below(path)),
      ],
    });
  }
  return releases;
}

/** Checks that compare what definitions say, and not what is deployed side by side. */
const ofDefinitions = /^(?:release|budget|brand)\//;

/**
 * A release as a check sees it. One without bundles may build packages that another one bundles: what is
 * deployed beside them is judged there, and not once more as if nothing were.
 */
export function seenBy(
  { id }: { readonly id: string },
  release: DeployedRelease,
  releases: readonly DeployedRelease[],
): DeployedRelease {
  if (release.bundles.length > 0 || ofDefinitions.test(id)) return release;
  const bundled = new Set(
    releases.flatMap(({ bundles }) =>
      bundles.flatMap(({ packages }) => packages.map((each) => each.package?.file)),
    ),
  );
  const packages = release.packages.filter(({ file }) => !bundled.has(file));
  return packages.length === release.packages.length ? release : { ...release, packages };
}

/** Asked for one flavor, the others are as if they were not there. */
function narrowed(
  definition: NonNullable<DeployedRelease['definition']>,
  flavor: string | undefined,
): NonNullable<DeployedRelease['definition']> {
  if (flavor !== 'cpu' && flavor !== 'gpu') return definition;
  const wanted: ReleaseFlavor = flavor;
  const config = definition.flavors[wanted];
  return { ...definition, flavors: config === undefined ? {} : { [wanted]: config } };
}

async function budgetOf(
  owner: FoundRelease | undefined,
  limits: readonly SizeBudget[],
  workspace: Workspace,
): Promise<ReleaseBudget | undefined> {
  const { definition } = owner?.parsed ?? {};
  if (owner === undefined || definition === undefined) return undefined;
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const full = posix.join(owner.folder, path);
    try {
      if ((await workspace.stat(full))?.kind !== 'file') return undefined;
      return await workspace.read(full, maxReportBytes);
    } catch (error) {
      if (!(error instanceof CowaError)) throw error;
      return undefined;
    }
  };
  const lock = await read('cowa-release.lock.json');
  const path = definition.previousRelease;
  const previous = path === undefined ? undefined : await read(path);
  return {
    limits,
    lock: lock === undefined ? undefined : parseLock(lock).lock,
    previous:
      previous === undefined || path === undefined
        ? undefined
        : parsePreviousRelease(previous, posix.join(owner.folder, path)),
  };
}

/** Texts of documents and definitions by path; what is larger than people write is passed over. */
async function readTexts(
  { documents, packages, bundles, releases }: FoundDefinitions,
  workspace: Workspace,
  run: Run,
): Promise<ReadonlyMap<string, string>> {
  const paths = [
    ...new Set([...packages, ...bundles, ...releases.map(({ file }) => file), ...documents]),
  ];
  const texts = new Map<string, string>();
  let left = maxTextsBytes;
  await forEachBounded(paths, atOnce, run.signal, async (path) => {
    if (left <= 0) return;
    try {
      const bytes = await workspace.read(path, maxTextBytes);
      left -= bytes.byteLength;
      texts.set(path, Buffer.from(bytes).toString('utf8'));
    } catch (error) {
      if (!(error instanceof CowaError) || run.signal.aborted) throw error;
    }
  });
  return new Map([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
