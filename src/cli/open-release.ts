import type { Compute } from '../archive/compute.ts';
import type { LockedFlavor } from '../config/lock.ts';
import type { ImageSourceConfig, ReleaseFlavor } from '../config/release-definition.ts';
import type { Fetching } from '../operations/fetch-step.ts';
import { withFetched } from '../operations/fetched-workspace.ts';
import { loadLock, lockFileName } from '../operations/load-lock.ts';
import { planRelease, type ReleasePlan } from '../operations/plan-release.ts';
import { type RecordedReads, recordReads } from '../operations/record-reads.ts';
import { ReleaseUsageError } from '../operations/release-error.ts';
import type { ArtifactSource } from '../ports/artifact-source.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ImageSource } from '../ports/image-source.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { Workspace } from '../ports/workspace.ts';
import { Gate } from '../support/gate.ts';
import type { Run } from '../support/run.ts';
import { loginHost, type RegistryLogin } from './registry-flags.ts';
import type { SettledRelease } from './release-request.ts';
import { blobStoreIn, buildRecordsIn, openCompute, sourcesFrom, workspaceOf } from './wire.ts';
import { fetchingOf } from './wire-fetch.ts';
import type { ImageSourceDeps } from './wire-image-sources.ts';
import type { ReferrersWiring } from './wire-referrers.ts';
import { sourceRevisionIn } from './wire-source.ts';

/** What every command about a release was asked for. */
export interface ReleaseRequest extends Omit<SettledRelease, 'config'> {
  readonly locked: boolean;
  readonly runActions: boolean;
  /** Hash what is read of the user's files, for statements about it. */
  readonly recordReads?: boolean;
  /** For the one registry of the release, before stored logins. */
  readonly login?: RegistryLogin;
  /** Requests at once; undefined: no limit. */
  readonly connections?: number;
}

/** A planned release with everything it reads from. */
export interface OpenRelease {
  readonly plan: ReleasePlan;
  readonly workspace: Workspace;
  /** What was read of it, where that was asked for. */
  readonly reads?: RecordedReads;
  /** Folder of the definition, absolute. */
  readonly root: string;
  readonly cacheDir: string;
  /** Its threads start when they are needed, and do not keep the program from ending. */
  readonly compute: Compute;
  readonly blobs: BlobStore;
  /** What was built before, by what went in. */
  readonly builds: RecordStore;
  readonly images: readonly ImageSource[];
  readonly artifacts: readonly ArtifactSource[];
  /** Where what definitions name by an address comes from, and what was fetched so far. */
  readonly fetching: Fetching;
  /** Registries that may hold more about images. */
  readonly registries: ReferrersWiring;
  /** By flavor, where only locked content may be taken. */
  readonly lock?: ReadonlyMap<ReleaseFlavor, LockedFlavor>;
}

/**
 * Reads a release definition and wires its sources; nothing is contacted yet.
 * @throws ReleaseUsageError RELEASE_*
 */
export async function openRelease(request: ReleaseRequest, run: Run): Promise<OpenRelease> {
  const { workspace: files, fileName, root } = await workspaceOf(request.definition);
  const compute = await openCompute();
  const recorded = request.recordReads === true ? recordReads(files, compute) : undefined;
  const own = recorded?.workspace ?? files;
  const plan = await planRelease(
    {
      definitionPath: fileName,
      flavor: request.flavor,
      allowActions: request.runActions,
      sourceDateEpoch: request.sourceDateEpoch,
    },
    { workspace: own },
    run,
  );
  // Payloads and tars are hashed where they are compared and packed.
  recorded?.reads.leaveOut(hashedElsewhere(plan));
  const lock = request.locked ? await locksOf(plan, own) : undefined;
  const { cacheDir } = request;
  const blobs = await blobStoreIn(cacheDir, compute);
  const builds = await buildRecordsIn(cacheDir);
  const epochSeconds = plan.timestamp.getTime() / 1000;
  const gate = request.connections === undefined ? {} : { gate: new Gate(request.connections) };
  const configs = plan.release.imageSources.map((source) =>
    overridden(source, request.registryOverrides),
  );
  const login =
    request.login === undefined ? {} : { login: { host: loginHost(configs), ...request.login } };
  const sources = await sourcesFrom(configs, {
    workspace: own,
    blobs,
    epochSeconds,
    builds,
    building: await buildingOf(plan, root, lock),
    ...gate,
    ...login,
  });
  const fetching = await fetchingOf(plan, { root, blobs, images: sources.images, ...gate });
  const workspace = withFetched(own, fetching.contents, blobs);
  return {
    plan,
    workspace,
    ...(recorded === undefined ? {} : { reads: recorded.reads }),
    root,
    cacheDir,
    compute,
    blobs,
    builds,
    ...sources,
    registries: { sources: configs, root, blobs, ...login },
    fetching,
    ...(lock === undefined ? {} : { lock }),
  };
}

/**
 * What OCI wants said of an image, as far as a release knows it. What is locked is said to come from where it came
 * from when it was locked: the commit of a lock file is another than the one it was made in.
 * @see OCI image-spec 1.1, annotations.md
 */
async function buildingOf(
  { release, timestamp }: ReleasePlan,
  root: string,
  lock: OpenRelease['lock'],
): Promise<NonNullable<ImageSourceDeps['building']>> {
  const labels = {
    'org.opencontainers.image.created': timestamp.toISOString().replace('.000Z', 'Z'),
    'org.opencontainers.image.version': release.version,
  };
  const builds = release.imageSources.some(({ type }) => type === 'build');
  const { commit, repository } = (builds ? await sourceRevisionIn(root) : undefined) ?? {};
  const here = {
    ...(commit === undefined ? {} : { revision: commit }),
    ...(repository === undefined ? {} : { repository }),
  };
  const locked = new Map(
    [...(lock?.values() ?? [])].flatMap(({ images }) =>
      images.flatMap(({ built }) => Object.entries(built?.origins ?? {})),
    ),
  );
  return { labels: () => labels, origin: (name) => locked.get(name) ?? here };
}

function hashedElsewhere({ release }: ReleasePlan): readonly string[] {
  const composed = release.imageSources.flatMap((source) =>
    source.type === 'compose' ? Object.values(source.images) : [],
  );
  return [
    ...(release.payloads ?? []).flatMap(({ path }) => path ?? []),
    ...release.imageSources.flatMap((source) => ('path' in source ? [source.path] : [])),
    ...release.imageSources.flatMap((source) =>
      source.type === 'build' ? Object.values(source.images).map(({ context }) => context) : [],
    ),
    ...composed.flatMap(({ layers }) =>
      layers.flatMap((layer) => ('tar' in layer ? [layer.tar] : [])),
    ),
  ];
}

/** A registry source asks where the command line says; what the definition says of other hosts stays. */
function overridden(
  source: ImageSourceConfig,
  overrides: Readonly<Record<string, string>>,
): ImageSourceConfig {
  if (source.type !== 'registry') return source;
  // Whoever names the other host on the command line means it to be contacted.
  const hosts = [...new Set([...source.hosts, ...Object.values(overrides)])];
  return { ...source, hosts, overrides: { ...source.overrides, ...overrides } };
}

async function locksOf(
  plan: ReleasePlan,
  workspace: Workspace,
): Promise<ReadonlyMap<ReleaseFlavor, LockedFlavor>> {
  const lock = await loadLock(plan.root, workspace, plan.release);
  return new Map(
    plan.flavors.map(({ flavor }) => {
      const locked = lock.flavors[flavor];
      if (locked !== undefined) return [flavor, locked];
      throw new ReleaseUsageError(
        'RELEASE_LOCK_INVALID',
        `${lockFileName} has no flavor '${flavor}'`,
        {
          suggestions: [`cowa-release images lock --flavor ${flavor}`],
        },
      );
    }),
  );
}
