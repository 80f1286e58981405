import { isArchiveName } from '../archive/archive-name.ts';
import { type ArchiveSource, ArchiveSourceError } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import { isReleaseStatement } from './read-beside.ts';

/** The error of a folder with nothing in it to judge; it says where releases lie, if they do one folder below. */
export async function nothingToJudge(
  location: string,
  names: readonly string[],
  source: Pick<ArchiveSource, 'list'>,
  run: Run,
): Promise<ArchiveSourceError> {
  const below: string[] = [];
  for (const name of names.filter((each) => each.endsWith('/'))) {
    const folder = `${location}/${name.slice(0, -1)}`;
    const inside = (await source.list(folder, run).catch(() => [])) ?? [];
    if (inside.some((each) => isArchiveName(each) || isReleaseStatement(each))) below.push(folder);
  }
  return new ArchiveSourceError(
    'ARCHIVE_MISSING',
    `the folder ${location} holds neither an archive nor a release statement`,
    {
      suggestions:
        below.length === 0
          ? ['Name the folder the archives lie in (*.tar.zst)']
          : [`Name the folder that does: ${below.join(', ')}`],
    },
  );
}
