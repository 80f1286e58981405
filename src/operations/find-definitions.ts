import { posix } from 'node:path';
import { parseReleaseDefinition } from '../config/parse-release-definition.ts';
import type { ReleaseDefinition } from '../config/release-definition.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { DocumentProblem } from '../support/document-problem.ts';
import type { Run } from '../support/run.ts';

/** Definitions below a folder, by path relative to it. */
export interface FoundDefinitions {
  readonly release?: ReleaseDefinition;
  /** Folder of the release definition. */
  readonly releaseFolder: string;
  readonly releaseProblems: readonly (DocumentProblem & { readonly file: string })[];
  /** `zarf.yaml` files that no other one imports. */
  readonly packages: readonly string[];
  readonly bundles: readonly string[];
}

const left = new Set(['node_modules', '.git', 'dist', 'demo-out']);
const maxFiles = 20_000;
const maxDepth = 12;
const maxDefinitionBytes = 2 ** 22;

/** Looks for definitions in a repository, whatever its layout. */
export async function findDefinitions(
  path: string,
  workspace: Workspace,
  run: Run,
): Promise<FoundDefinitions> {
  const files: string[] = [];
  await walk(path, 0, files, workspace, run);
  const packages = files.filter((file) => posix.basename(file) === 'zarf.yaml');
  const imported = new Set<string>();
  for (const file of packages)
    for (const target of await importsOf(file, workspace)) imported.add(target);
  const releaseFile = files.find((file) => file === posix.join(path, 'cowa-release.yaml'));
  const read =
    releaseFile === undefined
      ? undefined
      : parseReleaseDefinition(await workspace.read(releaseFile, maxDefinitionBytes), releaseFile);
  return {
    ...(read?.definition === undefined ? {} : { release: read.definition }),
    releaseFolder: path,
    releaseProblems: (read?.problems ?? []).map((problem) => ({
      ...problem,
      file: releaseFile ?? '',
    })),
    packages: packages.filter((file) => !imported.has(file)),
    bundles: files.filter((file) => posix.basename(file) === 'uds-bundle.yaml'),
  };
}

async function walk(
  path: string,
  depth: number,
  into: string[],
  workspace: Workspace,
  run: Run,
): Promise<void> {
  run.signal.throwIfAborted();
  const stat = await workspace.stat(path);
  if (stat?.kind === 'file') into.push(posix.normalize(path));
  if (stat?.kind !== 'directory' || depth > maxDepth || into.length > maxFiles) return;
  for (const name of await workspace.list(path))
    if (!left.has(name)) await walk(posix.join(path, name), depth + 1, into, workspace, run);
}

/** As far as it can be told from the text: a file that is broken imports nothing. */
async function importsOf(file: string, workspace: Workspace): Promise<readonly string[]> {
  const text = Buffer.from(await workspace.read(file, maxDefinitionBytes)).toString('utf8');
  return [...text.matchAll(/^\s*(?:-\s+)?path:\s*['"]?([^'"\s#]+)/gm)].map(([, target = '']) => {
    const full = posix.join(posix.dirname(file), target);
    return full.endsWith('.yaml') ? full : posix.join(full, 'zarf.yaml');
  });
}
