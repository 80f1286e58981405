import type { ArchiveSource } from '../ports/archive-source.ts';
import { handoverNames } from '../report/handover/handover.ts';
import type { Run } from '../support/run.ts';

/**
 * The release that is meant by a folder: the one in it where that is a handover kit, and else the folder itself. For
 * what is done to a release; a kit as a whole is not judged by its release.
 */
export async function releaseIn(
  location: string,
  source: Pick<ArchiveSource, 'list'>,
  run: Run,
): Promise<string> {
  const names = (await source.list(location, run)) ?? [];
  const isKit = [handoverNames.page, handoverNames.checksums, `${handoverNames.release}/`].every(
    (name) => names.includes(name),
  );
  return isKit ? `${location.replace(/\/+$/, '')}/${handoverNames.release}` : location;
}
