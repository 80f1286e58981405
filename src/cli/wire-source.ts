import { access, constants, realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, join, resolve, sep } from 'node:path';
import type { SourceRevision } from '../ports/source-revision.ts';
import type { Run } from '../support/run.ts';

/** The commit a folder lies in, as its repository says; undefined where it lies in none. */
export async function sourceRevisionIn(folder: string): Promise<SourceRevision | undefined> {
  const { sourceRevision } = await import('../adapters/git/source-revision.ts');
  return sourceRevision(folder);
}

/**
 * The same, with whether files differ from the commit, as a git says that was named.
 * @param program undefined: nobody compares
 * @param written folders this program writes into: what it leaves there is no change of sources
 * @throws GitError
 */
export async function comparedRevisionIn(
  folder: string,
  program: string | undefined,
  written: readonly string[],
  run: Run,
): Promise<SourceRevision | undefined> {
  const revision = await sourceRevisionIn(folder);
  if (revision === undefined || program === undefined) return revision;
  const { changedFiles } = await import('../adapters/git/changed-files.ts');
  const own = await Promise.all(written.map(realPlace));
  const changed = await changedFiles(program, folder, revision.commit, run);
  const at = await realPlace(folder);
  const dirty = changed
    .map((path) => resolve(at, path))
    .some((path) => !own.some((place) => path === place || path.startsWith(`${place}${sep}`)));
  return { ...revision, dirty };
}

/** Where a folder really lies, also one that is not there yet. */
async function realPlace(folder: string): Promise<string> {
  const path = resolve(folder);
  return realpath(path).catch(async () => join(await realPlace(dirname(path)), basename(path)));
}

/** The file behind the name of a program, as starting it finds it; undefined where there is none. */
export async function programOnPath(name: string): Promise<string | undefined> {
  const places = name.includes('/')
    ? [name]
    : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  for (const place of places) {
    try {
      await access(place, constants.X_OK);
      return await realpath(place);
    } catch {
      // Not here; the next folder may have it.
    }
  }
  return undefined;
}
