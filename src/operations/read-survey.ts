import type { Compute } from '../archive/compute.ts';
import { readLeadingEntries } from '../archive/read-leading-entries.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import type { Survey, SurveyedEntry } from '../archive/survey.ts';
import { surveyArchive } from '../archive/survey-archive.ts';
import { digestFromHex } from '../oci/digest.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import { parseChecksums } from '../zarf/parse-checksums.ts';

export interface ReadingPorts {
  /** For the few bytes of an archive with a seek table. */
  readonly compute: Compute;
  /** For an archive that has to be read to its end; asked for then only. The caller disposes of it. */
  readonly openCompute: () => Promise<Compute>;
}

/**
 * What an archive says of itself: by its metadata alone where it can be read in places, else by reading it once.
 * Proves nothing.
 */
export async function readSurvey(
  archive: OpenArchive,
  { compute, openCompute }: ReadingPorts,
  run: Run,
): Promise<Survey> {
  const { ranges } = archive;
  const quick =
    ranges === undefined
      ? undefined
      : await readLeadingEntries(ranges, defaultReadLimits, compute, run);
  if (quick !== undefined) return named(quick);
  return surveyArchive(
    { chunks: archive.chunks(run) },
    defaultReadLimits,
    { wholeDigest: false },
    await openCompute(),
    run,
  );
}

/** Entries that were passed over, with the digest their place in the archive promises: the name of a blob, or a line of checksums.txt. */
function named(survey: Survey): Survey {
  if (survey.container.unproven !== true) return survey;
  const checksums = survey.entries.find(({ path }) => path === 'checksums.txt')?.content;
  const listed = new Map(
    (checksums === undefined ? [] : parseChecksums(checksums).lines).map(({ path, hex }) => [
      path,
      hex,
    ]),
  );
  const promise = (entry: SurveyedEntry): SurveyedEntry => {
    if (entry.type !== 'file' || entry.digest !== undefined) return entry;
    const hex =
      /(?:^|\/)blobs\/sha256\/([0-9a-f]{64})$/.exec(entry.path)?.[1] ?? listed.get(entry.path);
    return hex === undefined || !/^[0-9a-f]{64}$/.test(hex)
      ? entry
      : { ...entry, digest: digestFromHex(hex) };
  };
  return { ...survey, entries: survey.entries.map(promise) };
}
