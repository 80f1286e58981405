import { posix } from 'node:path';
import { bundleFile, packageFile } from '../config/definition-file.ts';
import { parseReleaseDefinition } from '../config/parse-release-definition.ts';
import type { ParsedReleaseDefinition } from '../config/release-definition.ts';
import { CowaError } from '../errors/families.ts';
import type { Workspace, WorkspaceStat } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { followLinks } from './collect-tree.ts';
import { forEachBounded } from './for-each-bounded.ts';

/** A `cowa-release.yaml` as it was read. */
export interface FoundRelease {
  readonly file: string;
  readonly folder: string;
  readonly parsed: ParsedReleaseDefinition;
}

/** Definitions below a folder. Paths are for the workspace, sorted. */
export interface FoundDefinitions {
  readonly path: string;
  /** The folder below which every file was seen; links of `path` followed. */
  readonly root: string;
  readonly releases: readonly FoundRelease[];
  /** `zarf.yaml` files that no other one imports, or that a release names. */
  readonly packages: readonly string[];
  readonly bundles: readonly string[];
  /** Every file that was seen. */
  readonly files: readonly string[];
  /** Texts people read, and workflows. */
  readonly documents: readonly string[];
  /** What was passed over that may hold definitions, and why. */
  readonly notLookedAt: readonly { readonly path: string; readonly reason: string }[];
}

/** Made by tools, or brought in from elsewhere: what they hold is judged where it is made. */
const passedOver = new Set([
  ...['node_modules', 'vendor', 'third_party', 'bower_components', '__pycache__', 'venv'],
  ...['dist', 'demo-out', 'target', 'coverage'],
]);
/** Hidden, and read by people or by code hosts. */
const shownHidden = new Set(['.github', '.gitlab', '.gitlab-ci.yml']);
const textFile =
  /(?:\.(?:md|mdx|adoc|rst|txt|ya?ml|json|toml|hcl)|^(?:README|LICENSE|NOTICE|Makefile|justfile)|^(?:[\w.-]+\.)?(?:Containerfile|Dockerfile)(?:\.[\w-]+)?)$/i;

const maxFiles = 50_000;
const maxDepth = 16;
const maxDefinitionBytes = 2 ** 22;
const atOnce = 16;

/**
 * Looks for definitions in a repository, whatever its layout. Hidden folders, those of other makers and
 * links to folders are passed over; what cannot be listed is told.
 * @throws WorkspaceError, PackError when the folder itself is not there or cannot be listed
 */
export async function findDefinitions(
  path: string,
  workspace: Workspace,
  run: Run,
): Promise<FoundDefinitions> {
  const walk = await walkTree(path, workspace, run);
  const named = (name: string): readonly string[] =>
    walk.files.filter((file) => posix.basename(file) === name);
  const releases: FoundRelease[] = [];
  for (const file of named('cowa-release.yaml')) {
    const read = await readOr(file, workspace, walk.notLookedAt);
    if (read !== undefined)
      releases.push({
        file,
        folder: posix.dirname(file),
        parsed: parseReleaseDefinition(read, file),
      });
  }
  const packages = named('zarf.yaml');
  const imported = new Set<string>();
  for (const file of packages)
    for (const target of await importsOf(file, workspace)) imported.add(target);
  const listed = await thoseThere(namedPackages(releases), workspace, walk.notLookedAt);
  const bundles = await thoseThere(namedBundles(releases), workspace, walk.notLookedAt);
  const own = packages.filter((file) => !imported.has(file));
  return {
    path,
    root: walk.root,
    releases,
    packages: [...new Set([...own, ...listed])].sort(),
    bundles: [
      ...new Set([...walk.files.filter((file) => isBundle(file, walk.files)), ...bundles]),
    ].sort(),
    files: walk.files,
    documents: walk.files.filter((file) => textFile.test(posix.basename(file))),
    notLookedAt: walk.notLookedAt,
  };
}

function isBundle(file: string, files: readonly string[]): boolean {
  const name = posix.basename(file);
  if (name === 'uds-bundle.yml') return !files.includes(file.replace(/yml$/, 'yaml'));
  return name === 'uds-bundle.yaml' || name === 'bundle.uds.hcl';
}

function namedPackages(releases: readonly FoundRelease[]): readonly string[] {
  return releases.flatMap(({ folder, parsed }) =>
    Object.values(parsed.definition?.flavors ?? {}).flatMap((flavor) =>
      flavor.packages.map(({ path }) => packageFile(folder, path)),
    ),
  );
}

function namedBundles(releases: readonly FoundRelease[]): readonly string[] {
  return releases.flatMap(({ folder, parsed }) =>
    Object.values(parsed.definition?.flavors ?? {}).flatMap(({ bundle }) =>
      bundle === undefined ? [] : [bundleFile(folder, bundle.path)],
    ),
  );
}

/** What a release names belongs to it wherever it lies, also outside of the folder. */
async function thoseThere(
  files: readonly string[],
  workspace: Workspace,
  notLookedAt: WalkedTree['notLookedAt'],
): Promise<readonly string[]> {
  const there: string[] = [];
  for (const file of new Set(files))
    try {
      if ((await workspace.stat(file))?.kind === 'file') there.push(file);
    } catch (error) {
      if (!(error instanceof CowaError)) throw error;
      notLookedAt.push({ path: file, reason: error.message });
    }
  return there;
}

interface WalkedTree {
  readonly root: string;
  readonly files: readonly string[];
  readonly notLookedAt: { path: string; reason: string }[];
}

async function walkTree(path: string, workspace: Workspace, run: Run): Promise<WalkedTree> {
  const files: string[] = [];
  const notLookedAt: { path: string; reason: string }[] = [];
  const { path: root, stat } = await followLinks(path, workspace);
  if (stat.kind !== 'directory') return { root, files: [path], notLookedAt };
  // Breadth first: of a tree that is too large the upper part is seen.
  let level: readonly string[] = [posix.normalize(root)];
  for (let depth = 0; level.length > 0; depth++) {
    const below: string[] = [];
    await forEachBounded(level, atOnce, run.signal, async (folder) => {
      if (files.length > maxFiles) {
        notLookedAt.push({ path: folder, reason: `there are more than ${maxFiles} files` });
        return;
      }
      try {
        for (const [name, kind] of await entriesOf(folder, workspace)) {
          const full = posix.join(folder, name);
          if (passedOver.has(name) || (name.startsWith('.') && !shownHidden.has(name))) continue;
          if (kind === 'file') files.push(full);
          else if (kind === 'directory') below.push(full);
          else if (kind === 'symlink') await takeLink(full, files, notLookedAt, workspace);
        }
      } catch (error) {
        if (!(error instanceof CowaError) || folder === root || run.signal.aborted) throw error;
        notLookedAt.push({ path: folder, reason: error.message });
      }
    });
    if (depth >= maxDepth)
      for (const folder of below.splice(0))
        notLookedAt.push({ path: folder, reason: `it lies more than ${maxDepth} folders deep` });
    level = below.sort();
  }
  return {
    root: posix.normalize(root).replace(/(?<=.)\/$/, ''),
    files: files.sort(),
    notLookedAt: notLookedAt.sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

async function entriesOf(
  folder: string,
  workspace: Workspace,
): Promise<readonly (readonly [name: string, kind: WorkspaceStat['kind']])[]> {
  if (workspace.entries !== undefined) return workspace.entries(folder);
  const found: (readonly [string, WorkspaceStat['kind']])[] = [];
  for (const name of await workspace.list(folder)) {
    const stat = await workspace.stat(posix.join(folder, name));
    if (stat !== undefined) found.push([name, stat.kind]);
  }
  return found;
}

/** A link to a file stands for it; one to a folder could lead anywhere, also back. */
async function takeLink(
  path: string,
  files: string[],
  notLookedAt: { path: string; reason: string }[],
  workspace: Workspace,
): Promise<void> {
  try {
    const { stat } = await followLinks(path, workspace);
    if (stat.kind === 'file') files.push(path);
    else if (stat.kind === 'directory')
      notLookedAt.push({ path, reason: 'it is a link to a folder' });
  } catch (error) {
    if (!(error instanceof CowaError)) throw error;
    notLookedAt.push({ path, reason: 'it is a link that leads nowhere' });
  }
}

async function readOr(
  file: string,
  workspace: Workspace,
  notLookedAt: { path: string; reason: string }[],
): Promise<Uint8Array | undefined> {
  try {
    return await workspace.read(file, maxDefinitionBytes);
  } catch (error) {
    if (!(error instanceof CowaError)) throw error;
    notLookedAt.push({ path: file, reason: error.message });
    return undefined;
  }
}

/** As far as it can be told from the text: a file that is broken imports nothing. */
async function importsOf(file: string, workspace: Workspace): Promise<readonly string[]> {
  const bytes = await readOr(file, workspace, []);
  const text = Buffer.from(bytes ?? []).toString('utf8');
  const lines = /^[ \t]*(?:-[ \t]+)?(?:import:[ \t]*\{[^}\n]*?)?path:[ \t]*['"]?([^'"\s#,}]+)/gm;
  return [...text.matchAll(lines)].map(([, target = '']) =>
    packageFile(posix.dirname(file), target),
  );
}
