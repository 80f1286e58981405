import { availableParallelism } from 'node:os';
import { parseReleaseDefinition } from '../config/parse-release-definition.ts';
import {
  type ConfigFlags,
  type ConfigRequest,
  type ReleaseConfig,
  resolveConfig,
  resolveDefinitionPath,
} from '../config/resolve-config.ts';
import { describeProblems } from '../operations/describe-problems.ts';
import { ReleaseUsageError } from '../operations/release-error.ts';
import { cacheFolder, workspaceOf } from './wire.ts';

const maxDefinitionBytes = 2 ** 20;

/**
 * Settles the settings of a command that makes a release. Without a release definition the rest is
 * still settled: the command that needs one says so itself.
 * @throws ConfigError CONFIG_VALUE_INVALID
 * @throws ReleaseUsageError RELEASE_DEFINITION_INVALID
 */
export async function readReleaseConfig(
  flags: ConfigFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReleaseConfig> {
  const path = resolveDefinitionPath({ flags, env }).value;
  const file = await readDefinition(path);
  const machine = { cacheDir: await cacheFolder(undefined), jobs: defaultJobs() };
  return resolveConfig({ flags, env, machine, ...(file === undefined ? {} : { file }) });
}

async function readDefinition(path: string): Promise<ConfigRequest['file']> {
  const { workspace, fileName } = await workspaceOf(path);
  if ((await workspace.stat(fileName)) === undefined) return undefined;
  const { definition, problems, locate } = parseReleaseDefinition(
    await workspace.read(fileName, maxDefinitionBytes),
    path,
  );
  if (definition === undefined || locate === undefined) {
    throw new ReleaseUsageError('RELEASE_DEFINITION_INVALID', describeProblems(path, problems), {
      suggestions: [
        'Mend the places named above; schemas/cowa-release.schema.json describes every field',
      ],
    });
  }
  return { path, definition, locate };
}

/** Steps at once where nobody says how many. */
function defaultJobs(): number {
  return Math.min(8, Math.max(2, availableParallelism()));
}
