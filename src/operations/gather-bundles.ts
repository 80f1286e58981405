import { posix } from 'node:path';
import { isArchiveName } from '../archive/archive-name.ts';
import { packageFile } from '../config/definition-file.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import { CowaError } from '../errors/families.ts';
import type { DeployedPackage, PlacedDocument } from '../lint/deployed-package.ts';
import type { BundledPackage, DeployedBundle } from '../lint/deployed-release.ts';
import type { LintFinding } from '../lint/lint-check.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { parseYamlDocument } from '../support/yaml-document.ts';
import type { ParsedBundleDefinition, UdsPackage } from '../uds/bundle.ts';
import { parseUdsBundle } from '../uds/parse-bundle.ts';
import { parseNextBundle } from '../uds/parse-next-bundle.ts';
import { definedApiVersions } from '../zarf/defined-kinds.ts';
import type { FoundRelease } from './find-definitions.ts';
import { errorFindings, problemFinding } from './lint-findings.ts';
import { nearest } from './lint-jobs.ts';
import type { JudgedPackage } from './lint-package.ts';

/** What became of one bundle definition. */
export interface LookedAtBundle {
  readonly file: string;
  readonly name: string;
  /** The release it belongs to; undefined for one that no release is near. */
  readonly release: FoundRelease | undefined;
  /** Undefined when it cannot be read. */
  readonly bundle: DeployedBundle | undefined;
  readonly findings: readonly LintFinding[];
}

/** The same package as a bundle deploys it: with its overrides and variables put in. */
export type DeployWith = (
  found: JudgedPackage,
  entry: UdsPackage,
  bundle: {
    readonly file: string;
    readonly config: PlacedDocument | undefined;
    /** Entries that are deployed before this one. */
    readonly before: readonly UdsPackage[];
    /** API versions these define. */
    readonly definedBefore: readonly string[];
  },
) => Promise<DeployedPackage | undefined>;

const maxDefinitionBytes = 2 ** 22;

/** Reads bundle definitions of both formats and joins their entries with the packages that were looked at. */
export async function gatherBundles(
  files: readonly string[],
  releases: readonly FoundRelease[],
  packages: readonly JudgedPackage[],
  deployWith: DeployWith,
  workspace: Workspace,
  run: Run,
): Promise<readonly LookedAtBundle[]> {
  const read: { file: string; parsed: ParsedBundleDefinition | CowaError }[] = [];
  for (const file of files) {
    run.signal.throwIfAborted();
    read.push({ file, parsed: await readBundle(file, nearest(file, releases), workspace) });
  }
  const named = namedBundles(releases, read);
  const found: LookedAtBundle[] = [];
  for (const { file, parsed } of read) {
    const release = nearest(file, releases);
    const unknown = posix.basename(posix.dirname(file));
    if (parsed instanceof CowaError) {
      const findings = errorFindings(file, parsed);
      found.push({ file, name: unknown, release, bundle: undefined, findings });
      continue;
    }
    const findings = parsed.problems.map((problem) => problemFinding(file, problem));
    const definition = parsed.bundle;
    if (definition === undefined) {
      found.push({ file, name: unknown, release, bundle: undefined, findings });
      continue;
    }
    const flavor = named.byFile.get(file) ?? named.byName.get(definition.metadata.name);
    const config = await configBeside(file, workspace);
    const entries: BundledPackage[] = [];
    for (const [index, entry] of definition.packages.entries()) {
      const job = packageOf(entry, { file, release, flavor }, packages);
      const before = definition.packages.slice(0, index);
      const definedBefore = entries.flatMap((each) =>
        (each.package?.objects ?? []).flatMap(definedApiVersions),
      );
      const facts = job && (await deployWith(job, entry, { file, config, before, definedBefore }));
      entries.push({ entry, pointer: `/packages/${index}`, package: facts });
    }
    const bundle: DeployedBundle = {
      file,
      definition,
      flavor,
      config,
      packages: entries,
      at: (pointer) => ({ file, ...parsed.locate(pointer) }),
    };
    found.push({ file, name: definition.metadata.name, release, bundle, findings });
  }
  return found;
}

async function readBundle(
  file: string,
  release: FoundRelease | undefined,
  workspace: Workspace,
): Promise<ParsedBundleDefinition | CowaError> {
  try {
    const bytes = await workspace.read(file, maxDefinitionBytes);
    if (!file.endsWith('.hcl')) return parseUdsBundle(bytes, 'authored');
    const architecture = release?.parsed.definition?.architecture ?? 'amd64';
    return parseNextBundle(bytes, architecture, await filesOf(file, bytes, workspace));
  } catch (error) {
    if (!(error instanceof CowaError)) throw error;
    return error;
  }
}

/** What `file("…")` of a definition gives; what is not there stays a call nobody can answer. */
async function filesOf(
  file: string,
  bytes: Uint8Array,
  workspace: Workspace,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const calls = Buffer.from(bytes)
    .toString('utf8')
    .matchAll(/\bfile\(\s*"([^"$%\\]+)"\s*\)/g);
  for (const [, path = ''] of calls) {
    const full = posix.isAbsolute(path) ? path : posix.join(posix.dirname(file), path);
    if ((await workspace.stat(full))?.kind !== 'file') continue;
    files.set(path, Buffer.from(await workspace.read(full, maxDefinitionBytes)).toString('utf8'));
  }
  return files;
}

/** Flavors of bundles: those a release names by path, and their like in other channels by name. */
function namedBundles(
  releases: readonly FoundRelease[],
  read: readonly { readonly file: string; readonly parsed: ParsedBundleDefinition | CowaError }[],
): {
  readonly byFile: ReadonlyMap<string, ReleaseFlavor>;
  readonly byName: ReadonlyMap<string, ReleaseFlavor>;
} {
  const byFile = new Map<string, ReleaseFlavor>();
  const byName = new Map<string, ReleaseFlavor>();
  for (const { folder, parsed: release } of releases)
    for (const flavor of ['cpu', 'gpu'] as const) {
      const path = release.definition?.flavors[flavor]?.bundle?.path;
      if (path === undefined) continue;
      const full = posix.join(folder, path);
      for (const { file, parsed } of read) {
        if (file !== full && posix.dirname(file) !== full) continue;
        byFile.set(file, flavor);
        const name = parsed instanceof CowaError ? undefined : parsed.bundle?.metadata.name;
        if (name !== undefined) byName.set(name, flavor);
      }
    }
  return { byFile, byName };
}

async function configBeside(
  file: string,
  workspace: Workspace,
): Promise<PlacedDocument | undefined> {
  const path = posix.join(posix.dirname(file), 'uds-config.yaml');
  try {
    if ((await workspace.stat(path)) === undefined) return undefined;
    const { document } = parseYamlDocument(await workspace.read(path, maxDefinitionBytes));
    if (document === undefined) return undefined;
    return {
      file: path,
      value: document.value,
      at: (pointer) => ({ file: path, ...document.locateKey(pointer) }),
    };
  } catch (error) {
    if (!(error instanceof CowaError)) throw error;
    return undefined;
  }
}

interface Around {
  readonly file: string;
  readonly release: FoundRelease | undefined;
  readonly flavor: ReleaseFlavor | undefined;
}

/** The definition an entry deploys: by path where it lies there, else by what it is called. */
function packageOf(
  entry: UdsPackage,
  { file, release, flavor }: Around,
  packages: readonly JudgedPackage[],
): JudgedPackage | undefined {
  const byPath =
    entry.path === undefined || isArchiveName(entry.path)
      ? []
      : packages.filter(
          ({ job }) => job.file === packageFile(posix.dirname(file), entry.path ?? ''),
        );
  // A path says where archives lie: the definition of another name may lie elsewhere.
  const named = byPath.filter((each) => each.name === entry.name);
  const known = named.length > 0 ? named : byNames(entry, release, packages);
  const candidates = known.length > 0 ? known : byPath;
  const zarfFlavor = entry.flavor ?? flavorOfRef(entry, candidates);
  const rank = ({ job }: JudgedPackage): number =>
    (zarfFlavor !== undefined && job.zarfFlavor === zarfFlavor ? 4 : 0) +
    (flavor !== undefined && job.flavors.includes(flavor) ? 2 : 0) +
    (job.flavors.length > 0 ? 1 : 0);
  return candidates.toSorted((a, b) => rank(b) - rank(a))[0];
}

/** `ghcr.io/org/turso` and `zarf-package-turso-amd64-1.0.0.tar.zst` are the package turso. */
function byNames(
  { name, path, repository }: UdsPackage,
  release: FoundRelease | undefined,
  packages: readonly JudgedPackage[],
): readonly JudgedPackage[] {
  const archive = /(?:^|\/)zarf-package-(.+?)-(?:amd64|arm64|multi)-[^/]*$/.exec(path ?? '')?.[1];
  const last = repository?.split('/').at(-1);
  for (const wanted of [archive, last, name]) {
    const found = packages.filter((each) => each.name === wanted);
    const near = found.filter(({ job }) => job.release?.file === release?.file);
    if (found.length > 0) return near.length > 0 ? near : found;
  }
  return [];
}

/** Published packages may carry their flavor in the tag: `1.0.0-upstream`. */
function flavorOfRef(
  { ref }: UdsPackage,
  candidates: readonly JudgedPackage[],
): string | undefined {
  const tag = ref.split('@')[0] ?? '';
  return candidates
    .map(({ job }) => job.zarfFlavor)
    .find((each) => each !== '' && tag.endsWith(`-${each}`));
}
