import { resolve } from 'node:path';
import type { LintReport } from '../report/lint-report.ts';
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
 * Files that git says differ from a revision, relative to a folder, and what they were in it.
 * @throws GitError
 */
export async function filesChangedSince(
  git: string,
  folder: string,
  revision: string,
  run: Run,
): Promise<{
  readonly files: readonly string[];
  readonly before: ReadonlyMap<string, Uint8Array | undefined>;
  readonly git: NonNullable<LintReport['git']>;
}> {
  const { changedFiles, filesBefore, gitIdentity } = await import(
    '../adapters/git/changed-files.ts'
  );
  // Never looked for: a bare name is a file of this folder.
  const program = resolve(git);
  const files = await changedFiles(program, folder, revision, run);
  return {
    files,
    before: await filesBefore(program, folder, revision, files, run),
    git: await gitIdentity(program, folder, run),
  };
}
