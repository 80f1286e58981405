import { inThreadCompute } from '../archive/compute-in-thread.ts';
import { readLeadingEntries } from '../archive/read-leading-entries.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import type { Survey } from '../archive/survey.ts';
import type { Check, EvidenceArea } from '../checks/check.ts';
import { UsageError } from '../errors/families.ts';
import type { Policy } from '../policy/policy.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';

/** A quick look was asked for where only reading everything tells anything. */
class QuickLookError extends UsageError<'QUICK_NOT_POSSIBLE'> {}

/** What a quick look can speak of: what metadata says, and who signed it. */
const quickAreas: readonly EvidenceArea[] = ['definition', 'signature', 'names'];
/** What it cannot; no policy makes these optional then. */
const contentAreas: readonly EvidenceArea[] = ['container', 'checksums', 'oci'];

/** How a report names what was believed instead of looked at. */
export const quickWeakness =
  '--quick: contents were not read; names, sizes and places are what the seek table and the tar headers say';

/**
 * The metadata of an archive, by jumping over large contents: a moment at any size, and no proof.
 * @throws QuickLookError QUICK_NOT_POSSIBLE
 */
export async function quickSurvey({ ranges, location }: OpenArchive, run: Run): Promise<Survey> {
  const found =
    ranges === undefined
      ? undefined
      : // A few small frames: starting a thread would take longer than decoding them.
        await readLeadingEntries(ranges, defaultReadLimits, inThreadCompute(), run);
  if (found !== undefined && found.container.problems.length === 0) return found;
  throw notPossible(
    location,
    ranges === undefined
      ? 'it can be read only front to back'
      : 'it has no seek table, or its entries are not where they should be',
  );
}

/** @throws QuickLookError QUICK_NOT_POSSIBLE, always */
export function notPossible(location: string, because: string): QuickLookError {
  return new QuickLookError('QUICK_NOT_POSSIBLE', `no quick look at ${location}: ${because}`, {
    suggestions: ['Leave --quick out: then every byte is looked at'],
  });
}

/**
 * The checks of a quick look; what the others would have said stays open. Which files a component
 * needs is among them: a file that was passed over is none that could be judged.
 */
export function quickChecks<Each extends Pick<Check, 'id' | 'area'>>(
  checks: readonly Each[],
): readonly Each[] {
  return checks.filter(
    ({ id, area }) => quickAreas.includes(area) && !id.startsWith('components/'),
  );
}

/** The policy with contents required: a quick look never passes. */
export function quickPolicy(policy: Policy): Policy {
  return { ...policy, required: [...new Set([...policy.required, ...contentAreas])] };
}
