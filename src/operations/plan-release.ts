import type {
  PackageConfig,
  PayloadConfig,
  ReleaseDefinition,
  ReleaseFlavor,
} from '../config/release-definition.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import type { UdsBundle } from '../uds/bundle.ts';
import { parseUdsBundle } from '../uds/parse-bundle.ts';
import { bundleFileName } from '../uds/render-bundle.ts';
import { packageFileName } from '../zarf/file-name.ts';
import { describeProblems } from './describe-problems.ts';
import { joinPath } from './join-path.ts';
import { chooseFlavors, loadRelease } from './load-release.ts';
import { payloadName, payloadOrigin, payloadPlace } from './payload-place.ts';
import { refuseUndeclared } from './refuse-undeclared.ts';
import { ReleaseUsageError } from './release-error.ts';
import { type ResolvedPackage, resolvePackage } from './resolve-package.ts';

export interface PlanRequest {
  /** Path of `cowa-release.yaml`. */
  readonly definitionPath: string;
  readonly flavor: ReleaseFlavor | 'all';
  /** Whether `onCreate` actions may run. */
  readonly allowActions: boolean;
  /** SOURCE_DATE_EPOCH where it was given: seconds since 1970. */
  readonly sourceDateEpoch?: number;
}

/** What a release consists of, before anything is fetched or built. A plain value. */
export interface ReleasePlan {
  readonly release: ReleaseDefinition;
  /** Folder of the definition; every path of it is relative to this. */
  readonly root: string;
  /** Every timestamp that will be written. */
  readonly timestamp: Date;
  /** Each package once, however many flavors hold it. */
  readonly packages: readonly PlannedPackage[];
  readonly flavors: readonly PlannedFlavor[];
}

export interface PlannedPackage {
  /** Unique within the plan. */
  readonly id: string;
  readonly config: PackageConfig;
  readonly fileName: string;
  readonly resolved: ResolvedPackage;
  readonly payloads: readonly PayloadConfig[];
}

export interface PlannedFlavor {
  readonly flavor: ReleaseFlavor;
  /** Ids of its packages, in order. */
  readonly packages: readonly string[];
  readonly bundle?: PlannedBundle;
}

export interface PlannedBundle {
  readonly path: string;
  readonly fileName: string;
  readonly definition: UdsBundle;
  readonly members: readonly PlannedMember[];
}

/** Where a package of a bundle comes from. */
export type PlannedMember =
  | { readonly kind: 'built'; readonly name: string; readonly packageId: string }
  | { readonly kind: 'archive'; readonly name: string; readonly path: string }
  | { readonly kind: 'published'; readonly name: string; readonly reference: string };

const maxDefinitionBytes = 2 ** 20;

/**
 * Reads every definition a release names and says what will be made of it. Contacts nothing.
 * @throws ReleaseUsageError RELEASE_DEFINITION_INVALID, RELEASE_FLAVOR_UNKNOWN, RELEASE_NAME_CLASH, RELEASE_MEMBER_MISSING
 */
export async function planRelease(
  request: PlanRequest,
  ports: { readonly workspace: Workspace },
  run: Run,
): Promise<ReleasePlan> {
  const release = await loadRelease(request.definitionPath, ports.workspace);
  const root = parentOf(request.definitionPath);
  const packages = new Map<string, PlannedPackage>();
  const flavors: PlannedFlavor[] = [];
  for (const { flavor, config } of chooseFlavors(release, request.flavor)) {
    const ids: string[] = [];
    for (const entry of config.packages) {
      const planned = await planPackage(
        { ...entry, ...zarfFlavorOf(entry, config) },
        release,
        root,
        request,
        ports,
        run,
      );
      if (!packages.has(planned.id)) packages.set(planned.id, planned);
      ids.push(planned.id);
    }
    const own = ids.map((id) => packages.get(id)).filter((planned) => planned !== undefined);
    const bundle =
      config.bundle && (await planBundle(config.bundle.path, release, root, own, ports.workspace));
    flavors.push({ flavor, packages: ids, ...(bundle === undefined ? {} : { bundle }) });
  }
  const plan: ReleasePlan = {
    release,
    root,
    timestamp: new Date(1000 * (request.sourceDateEpoch ?? release.sourceDateEpoch ?? 0)),
    packages: [...packages.values()],
    flavors,
  };
  refuseNameClashes(plan);
  refuseUndeclared(plan);
  return plan;
}

function zarfFlavorOf(
  entry: PackageConfig,
  config: { readonly zarfFlavor?: string },
): { zarfFlavor?: string } {
  const flavor = entry.zarfFlavor ?? config.zarfFlavor;
  return flavor === undefined ? {} : { zarfFlavor: flavor };
}

async function planPackage(
  config: PackageConfig,
  release: ReleaseDefinition,
  root: string,
  request: PlanRequest,
  ports: { readonly workspace: Workspace },
  run: Run,
): Promise<PlannedPackage> {
  const payloads = (release.payloads ?? []).filter((payload) =>
    samePath(payload.package, config.path),
  );
  const resolved = await resolvePackage(
    {
      definitionPath: joinPath(root, config.path),
      architecture: release.architecture,
      ...(config.zarfFlavor === undefined ? {} : { zarfFlavor: config.zarfFlavor }),
      ...(config.set === undefined ? {} : { set: config.set }),
      ...(config.registryOverrides === undefined
        ? {}
        : { registryOverrides: config.registryOverrides }),
      payloads: payloads.map((payload) => ({
        source: payload.source,
        path: payloadPlace(payload, root),
        ...(payload.from === undefined
          ? {}
          : { name: payloadName(payload), origin: payloadOrigin(payload.from) }),
      })),
      allowActions: request.allowActions,
    },
    ports,
    run,
  );
  const fileName = packageFileName(resolved.definition, {
    architecture: release.architecture,
    ...(config.zarfFlavor === undefined ? {} : { flavor: config.zarfFlavor }),
  });
  return { id: packageId(config), config, fileName, resolved, payloads };
}

/** Equal for equal inputs, so that a package of two flavors is made once. */
function packageId(config: PackageConfig): string {
  const set = Object.entries(config.set ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const overrides = Object.entries(config.registryOverrides ?? {}).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const settings = [...set, ...overrides].map(([name, value]) => `${name}=${value}`);
  return [config.path, config.zarfFlavor ?? '', ...settings]
    .filter((part) => part !== '')
    .join(' ');
}

async function planBundle(
  path: string,
  release: ReleaseDefinition,
  root: string,
  packages: readonly PlannedPackage[],
  workspace: Workspace,
): Promise<PlannedBundle> {
  const file = await findBundleFile(joinPath(root, path), workspace);
  const parsed = parseUdsBundle(await workspace.read(file, maxDefinitionBytes), 'authored');
  const errors = parsed.problems.filter((problem) => problem.severity === 'error');
  if (parsed.bundle === undefined || errors.length > 0) {
    throw new ReleaseUsageError('RELEASE_DEFINITION_INVALID', describeProblems(file, errors));
  }
  const definition = parsed.bundle;
  const members: PlannedMember[] = [];
  for (const entry of definition.packages) {
    if (entry.repository !== undefined) {
      members.push({
        kind: 'published',
        name: entry.name,
        reference: publishedReference(entry.repository, entry.ref),
      });
      continue;
    }
    const local = joinPath(parentOf(file), entry.path ?? '.');
    const tag = entry.ref.split('@')[0] ?? entry.ref;
    const flavored = entry.flavor === undefined ? '' : `-${entry.flavor}`;
    const wanted = local.endsWith('.tar.zst')
      ? local
      : joinPath(
          local,
          `zarf-package-${entry.name}-${release.architecture}-${tag}${flavored}.tar.zst`,
        );
    const built = packages.find((planned) => planned.fileName === lastSegment(wanted));
    if (built !== undefined) {
      members.push({ kind: 'built', name: entry.name, packageId: built.id });
    } else if ((await workspace.stat(wanted))?.kind === 'file') {
      members.push({ kind: 'archive', name: entry.name, path: wanted });
    } else {
      throw new ReleaseUsageError(
        'RELEASE_MEMBER_MISSING',
        `${file}: package '${entry.name}' needs ${lastSegment(wanted)}, which this flavor does not build and which is not there`,
        {
          suggestions: [
            `Built here are: ${packages.map((planned) => planned.fileName).join(', ') || 'none'}`,
            'Check name, ref and flavor of the bundle entry, or add the package to the flavor in cowa-release.yaml',
          ],
        },
      );
    }
  }
  return {
    path: file,
    fileName: bundleFileName(definition, release.architecture),
    definition,
    members,
  };
}

function publishedReference(repository: string, ref: string): string {
  const [tag, digest] = ref.split('@');
  return digest === undefined ? `${repository}:${tag}` : `${repository}:${tag}@${digest}`;
}

async function findBundleFile(path: string, workspace: Workspace): Promise<string> {
  const stat = await workspace.stat(path);
  if (stat?.kind === 'file') return path;
  for (const name of ['uds-bundle.yaml', 'uds-bundle.yml']) {
    const file = joinPath(path, name);
    if ((await workspace.stat(file))?.kind === 'file') return file;
  }
  throw new ReleaseUsageError('RELEASE_DEFINITION_INVALID', `${path} holds no uds-bundle.yaml`, {
    suggestions: [
      'Name the folder or the file of the bundle definition in flavors.<flavor>.bundle.path',
    ],
  });
}

/** Two archives of one name would overwrite each other on the medium, even from two folders. */
function refuseNameClashes(plan: ReleasePlan): void {
  const owners = new Map<string, string>();
  const claim = (fileName: string, owner: string): void => {
    const other = owners.get(fileName);
    if (other !== undefined && other !== owner) {
      throw new ReleaseUsageError(
        'RELEASE_NAME_CLASH',
        `${owner} and ${other} would both write ${fileName}`,
        {
          suggestions: [
            'Give them different names or versions: on one medium the second would replace the first',
          ],
        },
      );
    }
    owners.set(fileName, owner);
  };
  for (const planned of plan.packages) claim(planned.fileName, `package '${planned.id}'`);
  for (const { flavor, bundle } of plan.flavors) {
    if (bundle !== undefined) claim(bundle.fileName, `the bundle of flavor '${flavor}'`);
  }
}

function parentOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? '.' : cut === 0 ? '/' : path.slice(0, cut);
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function samePath(a: string, b: string): boolean {
  return joinPath('.', a) === joinPath('.', b);
}
