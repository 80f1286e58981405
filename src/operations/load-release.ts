import { posix } from 'node:path';
import { parseReleaseDefinition } from '../config/parse-release-definition.ts';
import type {
  FlavorConfig,
  ReleaseDefinition,
  ReleaseFlavor,
} from '../config/release-definition.ts';
import type { Workspace } from '../ports/workspace.ts';
import { describeProblems } from './describe-problems.ts';
import { ReleaseUsageError } from './release-error.ts';

const maxDefinitionBytes = 2 ** 20;

/**
 * Reads and judges `cowa-release.yaml`.
 * @throws ReleaseUsageError RELEASE_DEFINITION_MISSING
 * @throws ReleaseUsageError RELEASE_DEFINITION_INVALID with file:line:column of every problem
 * @throws WorkspaceError WORKSPACE_UNREADABLE
 */
export async function loadRelease(path: string, workspace: Workspace): Promise<ReleaseDefinition> {
  if ((await workspace.stat(path)) === undefined) {
    throw new ReleaseUsageError(
      'RELEASE_DEFINITION_MISSING',
      `there is no release definition at ${posix.join(workspace.root, path)}`,
      {
        suggestions: [
          'Run it in the folder of the release, or name the file: --definition <file>',
          'To write one: schemas/cowa-release.schema.json describes every field',
        ],
      },
    );
  }
  const parsed = parseReleaseDefinition(await workspace.read(path, maxDefinitionBytes), path);
  const errors = parsed.problems.filter((problem) => problem.severity === 'error');
  if (parsed.definition === undefined || errors.length > 0) {
    throw new ReleaseUsageError('RELEASE_DEFINITION_INVALID', describeProblems(path, errors), {
      suggestions: [
        'Mend the places named above; schemas/cowa-release.schema.json describes every field',
      ],
    });
  }
  return parsed.definition;
}

/** The flavors a definition has, in fixed order. */
export function flavorsOf({ flavors }: ReleaseDefinition): readonly ReleaseFlavor[] {
  return (['cpu', 'gpu'] as const).filter((flavor) => flavors[flavor] !== undefined);
}

/**
 * The flavors a run is about, in fixed order.
 * @throws ReleaseUsageError RELEASE_FLAVOR_UNKNOWN
 */
export function chooseFlavors(
  release: ReleaseDefinition,
  wanted: ReleaseFlavor | 'all',
): readonly { readonly flavor: ReleaseFlavor; readonly config: FlavorConfig }[] {
  const known = flavorsOf(release);
  const chosen = wanted === 'all' ? known : [wanted];
  return chosen.map((flavor) => {
    const config = release.flavors[flavor];
    if (config === undefined) {
      throw new ReleaseUsageError(
        'RELEASE_FLAVOR_UNKNOWN',
        `the release definition has no flavor '${flavor}'; it has ${known.join(', ')}`,
        { suggestions: known.map((name) => `cowa-release assemble --flavor ${name}`) },
      );
    }
    return { flavor, config };
  });
}
