import type { Check, EvidenceArea, Finding } from '../checks/check.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { builtInPolicy, type Policy } from './policy.ts';
import type { Verdict } from './verdict.ts';

export interface DecideContext {
  /** Everything that weakens the verdict, in words. */
  readonly weakenedBy: readonly string[];
  /** The checks that spoke: they say which evidence each finding belongs to. */
  readonly checks: readonly Pick<Check, 'id' | 'area'>[];
  /** Name of what was judged. */
  readonly subject: string;
}

/** Sums findings up. Errors that fail decide first; then required evidence nobody could look at. */
export function decide(
  findings: readonly Finding[],
  policy: Policy,
  { weakenedBy, subject, checks }: DecideContext,
): Verdict {
  const areaOf = new Map(checks.map((check) => [check.id, check.area]));
  const count = (test: (finding: Finding) => boolean): number => findings.filter(test).length;
  const failed = findings.filter(
    ({ outcome, severity }) => outcome === 'fail' && severity === 'error',
  );
  const open = [
    ...new Set(
      findings.filter(({ outcome }) => outcome === 'undecided').map(({ id }) => areaOf.get(id)),
    ),
  ]
    .filter((area) => area !== undefined)
    .sort();
  // What no check here looks at cannot have been looked at either.
  const covered = new Set(checks.map(({ area }) => area));
  const uncovered = policy.required.filter((area) => !covered.has(area));
  const missingEvidence = [
    ...new Set([...open.filter((area) => policy.required.includes(area)), ...uncovered]),
  ].sort();
  const notLookedAt = open.filter((area) => !policy.required.includes(area));
  // A policy may ask for less than is usual; a pass must not hide it.
  const waived = notLookedAt.filter((area) => builtInPolicy.required.includes(area));
  const outcome = failed.length > 0 ? 'fail' : missingEvidence.length > 0 ? 'incomplete' : 'pass';
  return {
    outcome,
    exitCode:
      outcome === 'fail'
        ? exitCodes.verdictFail
        : outcome === 'incomplete'
          ? exitCodes.verdictIncomplete
          : exitCodes.ok,
    headline: headline(outcome, subject, failed, missingEvidence, waived, weakenedBy),
    counts: {
      pass: count((finding) => finding.outcome === 'pass'),
      fail: failed.length,
      warning: count(({ outcome: each, severity }) => each === 'fail' && severity === 'warning'),
      note: count(({ outcome: each, severity }) => each === 'fail' && severity === 'note'),
      undecided: count((finding) => finding.outcome === 'undecided'),
      notApplicable: count((finding) => finding.outcome === 'not-applicable'),
    },
    missingEvidence,
    notLookedAt,
    weakenedBy,
  };
}

function headline(
  outcome: Verdict['outcome'],
  subject: string,
  failed: readonly Finding[],
  missing: readonly EvidenceArea[],
  waived: readonly EvidenceArea[],
  weakenedBy: readonly string[],
): string {
  const weak = weakenedBy.length === 0 ? '' : ` (weakened by ${weakenedBy.join(', ')})`;
  if (outcome === 'fail')
    return `${subject} fails: ${failed.length} ${failed.length === 1 ? 'finding' : 'findings'}, first ${failed[0]?.id}${weak}`;
  if (outcome === 'incomplete')
    return `${subject} is not proven: ${missing.join(', ')} could not be decided${weak}`;
  const without =
    waived.length === 0 ? '' : ` without ${waived.join(', ')}, which the policy does not require`;
  return `${subject} passes${without}${weak}`;
}
