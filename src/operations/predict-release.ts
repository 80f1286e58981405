import type { ReleaseLock } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import type { Digest } from '../oci/digest.ts';
import type { SizeBudget } from '../policy/policy.ts';
import { type BudgetVerdict, judgeSize } from '../policy/size-budget.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { remoteInputs } from '../zarf/remote-inputs.ts';
import type { ForeseenBuild } from './foresee-builds.ts';
import { type ForeseenInput, type ForeseePorts, foreseeInputs } from './foresee-inputs.ts';
import { joinPath } from './join-path.ts';
import { payloadPlace } from './payload-place.ts';
import type { PlannedFlavor, PlannedPackage, ReleasePlan } from './plan-release.ts';
import type { ForeseenImages } from './resolve-release-images.ts';
import type { OnCreateAction } from './resolved-package.ts';

/** What `assemble` would do. Sizes are bytes; those of archives are what goes in, before compression. */
export interface ReleasePrediction {
  readonly images: readonly PredictedImage[];
  /** Images to build before, bases first. */
  readonly builds: readonly ForeseenBuild[];
  /** Charts, files, repositories, payloads and kustomizations, by address. */
  readonly inputs: readonly ForeseenInput[];
  readonly packages: readonly PredictedPackage[];
  readonly bundles: readonly PredictedBundle[];
  /** Members of bundles that are not built here. */
  readonly members: readonly {
    readonly name: string;
    readonly kind: 'archive' | 'published';
    readonly location: string;
  }[];
  /** Bytes of images that would be fetched, every blob once. */
  readonly fetchSize: number;
  readonly budgets: readonly BudgetForecast[];
}

export interface PredictedImage {
  readonly reference: string;
  readonly source: string;
  readonly digest: Digest;
  readonly size: number;
  /** Of these, already in the cache; asking what an image is brings its small documents there. */
  readonly cached: number;
  /** Whether its layers are in the cache. */
  readonly layers: 'cached' | 'partly' | 'fetch';
  /** Whether the lock file names it with this digest; undefined without a lock file. */
  readonly lock?: 'same' | 'other' | 'missing';
}

export interface PredictedArchive {
  /** Of the package or bundle. */
  readonly name: string;
  readonly fileName: string;
  readonly size: number;
  /** True where something is not counted in: members from elsewhere, what is fetched, images to be built. */
  readonly atLeast: boolean;
}

export interface PredictedBundle extends PredictedArchive {
  readonly flavor: ReleaseFlavor;
}

export interface PredictedPackage extends PredictedArchive {
  readonly flavors: readonly ReleaseFlavor[];
  readonly images: number;
  /** Files and folders taken from this machine. */
  readonly localSize: number;
  readonly actions: readonly OnCreateAction[];
}

/** A predicted size against a budget that applies to it. */
export interface BudgetForecast extends BudgetVerdict {
  readonly kind: SizeBudget['kind'];
  readonly name: string;
  readonly size: number;
}

/** Predicts a release from its plan and its images; reads sizes, no contents. */
export async function predictRelease(
  plan: ReleasePlan,
  { images, builds }: Pick<ForeseenImages, 'images' | 'builds'>,
  budgets: readonly SizeBudget[],
  ports: ForeseePorts & { readonly workspace: Workspace },
  run: Run,
): Promise<ReleasePrediction> {
  const locked = ports.lock === undefined ? undefined : imagesIn(ports.lock);
  const cached = new Map<Digest, boolean>();
  const sizes = new Map<Digest, number>();
  for (const { digest, size } of [...images.values()].flatMap(({ blobs }) => blobs)) {
    run.signal.throwIfAborted();
    if (!cached.has(digest)) cached.set(digest, (await ports.blobs.find(digest)) === size);
    sizes.set(digest, size);
  }
  const packages: PredictedPackage[] = [];
  for (const planned of plan.packages)
    packages.push(await predictPackage(planned, plan, images, ports.workspace));
  const predicted = [...images.values()].map(({ reference, source, root, blobs }) => ({
    reference,
    source,
    digest: root.digest,
    size: sum(blobs.map(({ size }) => size)),
    cached: sum(blobs.filter(({ digest }) => cached.get(digest) === true).map(({ size }) => size)),
    layers: stateOf(
      blobs.filter(({ role }) => role === 'layer').map(({ digest }) => cached.get(digest) === true),
    ),
    ...(locked === undefined ? {} : { lock: againstLock(locked.get(reference), root.digest) }),
  }));
  const bundles = plan.flavors.flatMap((flavor) => predictBundle(flavor, plan, packages, images));
  const members = plan.flavors.flatMap(({ bundle }) =>
    (bundle?.members ?? []).flatMap((member) => {
      if (member.kind === 'built') return [];
      return {
        name: member.name,
        kind: member.kind,
        location: member.kind === 'archive' ? member.path : member.reference,
      };
    }),
  );
  return {
    images: predicted.toSorted((a, b) => (a.reference < b.reference ? -1 : 1)),
    builds,
    inputs: await foreseeInputs(plan, ports),
    packages,
    bundles,
    members,
    fetchSize: sum(
      [...sizes].filter(([digest]) => cached.get(digest) !== true).map(([, size]) => size),
    ),
    budgets: [
      ...predicted.flatMap(({ reference, size }) => forecast('image', reference, size, budgets)),
      ...packages.flatMap(({ name, size }) => forecast('package', name, size, budgets)),
      ...bundles.flatMap(({ name, size }) => forecast('bundle', name, size, budgets)),
    ],
  };
}

/** Digests that lock files name, by reference. */
function imagesIn({ flavors }: ReleaseLock): ReadonlyMap<string, Digest> {
  const named = Object.values(flavors).flatMap(({ images }) => images);
  return new Map(named.map(({ reference, digest }) => [reference, digest]));
}

function againstLock(locked: Digest | undefined, found: Digest): 'same' | 'other' | 'missing' {
  if (locked === undefined) return 'missing';
  return locked === found ? 'same' : 'other';
}

function stateOf(layers: readonly boolean[]): PredictedImage['layers'] {
  if (layers.every((there) => there)) return 'cached';
  return layers.includes(true) ? 'partly' : 'fetch';
}

async function predictPackage(
  planned: PlannedPackage,
  plan: ReleasePlan,
  images: ReadonlyMap<string, ResolvedImage>,
  workspace: Workspace,
): Promise<PredictedPackage> {
  const { resolved } = planned;
  const paths = new Set([
    ...resolved.localInputs.map(({ path }) => path),
    ...planned.payloads.map((payload) => payloadPlace(payload, plan.root)),
  ]);
  let localSize = 0;
  for (const path of paths) localSize += await sizeBelow(path, workspace);
  return {
    name: resolved.definition.metadata.name,
    fileName: planned.fileName,
    size: localSize + blobsSize(resolved.images, images),
    // What is fetched is as large as it turns out to be.
    atLeast:
      planned.payloads.some(({ from }) => from !== undefined) ||
      resolved.definition.components.some((each) => remoteInputs(each).length > 0) ||
      resolved.images.some((reference) => !images.has(reference)),
    flavors: plan.flavors
      .filter(({ packages }) => packages.includes(planned.id))
      .map(({ flavor }) => flavor),
    images: resolved.images.length,
    localSize,
    actions: resolved.onCreateActions,
  };
}

function predictBundle(
  { flavor, bundle }: PlannedFlavor,
  plan: ReleasePlan,
  packages: readonly PredictedPackage[],
  images: ReadonlyMap<string, ResolvedImage>,
): readonly PredictedBundle[] {
  if (bundle === undefined) return [];
  const members = plan.packages.filter(({ id }) =>
    bundle.members.some((member) => member.kind === 'built' && member.packageId === id),
  );
  const references = members.flatMap(({ resolved }) => resolved.images);
  const local = members.map(
    ({ fileName }) => packages.find((predicted) => predicted.fileName === fileName)?.localSize ?? 0,
  );
  return [
    {
      name: bundle.definition.metadata.name,
      fileName: bundle.fileName,
      flavor,
      size: blobsSize(references, images) + sum(local),
      atLeast:
        bundle.members.some(({ kind }) => kind !== 'built') ||
        references.some((reference) => !images.has(reference)),
    },
  ];
}

/** Bytes of images together: a layer that several share is counted once, as it is stored once. */
function blobsSize(
  references: readonly string[],
  images: ReadonlyMap<string, ResolvedImage>,
): number {
  const sizes = new Map(
    references
      .flatMap((reference) => images.get(reference)?.blobs ?? [])
      .map(({ digest, size }) => [digest, size]),
  );
  return sum([...sizes.values()]);
}

async function sizeBelow(path: string, workspace: Workspace): Promise<number> {
  const found = await workspace.stat(path);
  if (found?.kind === 'file') return found.size;
  if (found?.kind !== 'directory') return 0;
  let size = 0;
  for (const name of await workspace.list(path))
    size += await sizeBelow(joinPath(path, name), workspace);
  return size;
}

function forecast(
  kind: SizeBudget['kind'],
  name: string,
  size: number,
  budgets: readonly SizeBudget[],
): readonly BudgetForecast[] {
  return judgeSize(kind, name, size, budgets).map(({ budget, outcome }) => ({
    kind,
    name,
    size,
    outcome,
    budget,
  }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
