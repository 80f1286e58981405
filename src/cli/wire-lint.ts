import type { Run } from '../support/run.ts';

/** What changes below a folder, in batches. */
export async function folderChanges(
  folder: string,
  run: Run,
): Promise<AsyncIterable<ReadonlySet<string>>> {
  const { watchFolder } = await import('../adapters/fs/watch-folder.ts');
  return watchFolder(folder, run);
}

/**
 * Files that git says differ from a revision, relative to a folder.
 * @throws GitError
 */
export async function filesChangedSince(
  git: string,
  folder: string,
  revision: string,
  run: Run,
): Promise<readonly string[]> {
  const { changedFiles } = await import('../adapters/git/changed-files.ts');
  return changedFiles(git, folder, revision, run);
}
