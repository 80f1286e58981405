import type { ReleaseLock } from '../config/lock.ts';
import { parseLock } from '../config/parse-lock.ts';
import type { ReleaseDefinition } from '../config/release-definition.ts';
import type { Workspace } from '../ports/workspace.ts';
import { describeProblems } from './describe-problems.ts';
import { joinPath } from './join-path.ts';
import { ReleaseUsageError } from './release-error.ts';

/** Name of the lock, beside the release definition. */
export const lockFileName = 'cowa-release.lock.json';

const maxLockBytes = 32 * 2 ** 20;

/** The lock of a release, where there is one. @throws ReleaseUsageError RELEASE_LOCK_INVALID: it is no lock of this release */
export async function findLock(
  root: string,
  workspace: Workspace,
  release: ReleaseDefinition,
): Promise<ReleaseLock | undefined> {
  if ((await workspace.stat(joinPath(root, lockFileName))) === undefined) return undefined;
  return loadLock(root, workspace, release);
}

/**
 * Reads the lock of a release.
 * @param root folder of the release definition
 * @throws ReleaseUsageError RELEASE_LOCK_INVALID: it is missing, is no lock, or is of another release
 */
export async function loadLock(
  root: string,
  workspace: Workspace,
  release: ReleaseDefinition,
): Promise<ReleaseLock> {
  const path = joinPath(root, lockFileName);
  if ((await workspace.stat(path)) === undefined) {
    throw new ReleaseUsageError('RELEASE_LOCK_INVALID', `${path} does not exist`, {
      suggestions: ['cowa-release images lock --flavor all'],
    });
  }
  const { lock, problems } = parseLock(await workspace.read(path, maxLockBytes));
  if (lock === undefined)
    throw new ReleaseUsageError('RELEASE_LOCK_INVALID', describeProblems(path, problems), {
      suggestions: [
        'Take it from your version control again, or write it anew: cowa-release images lock --flavor all',
      ],
    });
  if (lock.name !== release.name || lock.architecture !== release.architecture) {
    throw new ReleaseUsageError(
      'RELEASE_LOCK_INVALID',
      `${path} is of ${lock.name} for ${lock.architecture}, the release definition is ${release.name} for ${release.architecture}`,
      { suggestions: ['cowa-release images lock --flavor all'] },
    );
  }
  return lock;
}
