import { UsageError } from '../errors/families.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import { locateParts, type PartSet } from './locate-parts.ts';

/** More than one archive was named where one is meant. */
class OneArchiveError extends UsageError<'ARCHIVE_ONE'> {}

/**
 * The one archive that locations mean: a file, standard input, or the parts of a split archive, named by
 * any of them or by the folders they lie in.
 * @throws OneArchiveError ARCHIVE_ONE
 */
export async function oneArchive(
  locations: readonly string[],
  source: ArchiveSource,
  run: Run,
): Promise<{ readonly location: string; readonly parts?: PartSet }> {
  const located = await locateParts(locations, source, run);
  const sets = located.flatMap((each) =>
    each.kind === 'parts' ? [each.set] : each.kind === 'folder' ? each.sets : [],
  );
  const archives = located.flatMap((each) => (each.kind === 'archive' ? [each.location] : []));
  const [set] = sets;
  const [location] = archives;
  if (set !== undefined && sets.length === 1 && archives.length === 0)
    return { location: set.location, parts: set };
  if (located.length === 1 && set === undefined)
    return { location: location ?? locations[0] ?? '' };
  const found = [...archives, ...sets.map((each) => each.location)];
  throw new OneArchiveError(
    'ARCHIVE_ONE',
    `one archive is meant, here are ${found.length}: ${found.slice(0, 5).join(', ')}`,
    { suggestions: ['Name one archive, or the parts of one'] },
  );
}
