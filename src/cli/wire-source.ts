import type { SourceRevision } from '../ports/source-revision.ts';

/** The commit a folder lies in, as its repository says; undefined where it lies in none. */
export async function sourceRevisionIn(folder: string): Promise<SourceRevision | undefined> {
  const { sourceRevision } = await import('../adapters/git/source-revision.ts');
  return sourceRevision(folder);
}
