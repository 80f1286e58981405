import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { SourceRevision } from '../ports/source-revision.ts';

/** The commit a folder lies in, as its repository says; undefined where it lies in none. */
export async function sourceRevisionIn(folder: string): Promise<SourceRevision | undefined> {
  const { sourceRevision } = await import('../adapters/git/source-revision.ts');
  return sourceRevision(folder);
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
