import type { Check, EvidenceArea, Finding, Severity } from '../checks/check.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { isNeverOptional } from './integrity.ts';
import { builtInPolicy, type FailOn, type Policy } from './policy.ts';
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
  const failOn = severitiesOf(policy.failOn);
  const failures = findings.filter(
    ({ outcome, waiver }) => outcome === 'fail' && waiver === undefined,
  );
  const failed = failures.filter(({ severity }) => failOn.includes(severity));
  const borne = (severity: Severity): number =>
    failures.filter((each) => each.severity === severity && !failOn.includes(severity)).length;
  const undecided = findings.filter(({ outcome }) => outcome === 'undecided');
  const open = areasOf(undecided, areaOf);
  const tree = areasOf(
    undecided.filter(({ id }) => isNeverOptional(id)),
    areaOf,
  );
  // What no check here looks at cannot have been looked at either.
  const covered = new Set(checks.map(({ area }) => area));
  const uncovered = policy.required.filter((area) => !covered.has(area));
  // What the policy says of itself is never optional.
  const isRequired = (area: EvidenceArea): boolean =>
    area === 'policy' ||
    tree.includes(area) ||
    policy.failOn.includes('undecided') ||
    policy.required.includes(area);
  const missingEvidence = [...new Set([...open.filter(isRequired), ...uncovered])].sort();
  const notLookedAt = open.filter((area) => !isRequired(area));
  // A policy may ask for less than is usual; a pass must not hide it.
  const unasked = notLookedAt.filter((area) => builtInPolicy.required.includes(area));
  const outcome = failed.length > 0 ? 'fail' : missingEvidence.length > 0 ? 'incomplete' : 'pass';
  const weak = [...weakenedBy, ...weakenings(findings, failOn)];
  return {
    outcome,
    exitCode:
      outcome === 'fail'
        ? exitCodes.verdictFail
        : outcome === 'incomplete'
          ? exitCodes.verdictIncomplete
          : exitCodes.ok,
    headline: headline(outcome, subject, failed, missingEvidence, unasked, weak),
    counts: {
      pass: count((finding) => finding.outcome === 'pass'),
      fail: failed.length,
      warning: borne('warning'),
      note: borne('note'),
      waived: count(({ outcome: each, waiver }) => each === 'fail' && waiver !== undefined),
      undecided: count((finding) => finding.outcome === 'undecided'),
      notApplicable: count((finding) => finding.outcome === 'not-applicable'),
    },
    failOn,
    missingEvidence,
    notLookedAt,
    weakenedBy: weak,
  };
}

function areasOf(
  findings: readonly Finding[],
  areaOf: ReadonlyMap<string, EvidenceArea>,
): readonly EvidenceArea[] {
  const areas = findings.map(({ id }) => areaOf.get(id)).filter((area) => area !== undefined);
  return [...new Set(areas)].sort();
}

/** Errors always count; whoever fails on notes fails on warnings too. */
function severitiesOf(failOn: readonly FailOn[]): readonly Severity[] {
  if (failOn.includes('note')) return ['error', 'warning', 'note'];
  return failOn.includes('warning') ? ['error', 'warning'] : ['error'];
}

/** Where the policy kept a failure from counting that would count without it. */
function weakenings(findings: readonly Finding[], failOn: readonly Severity[]): readonly string[] {
  const said = findings.flatMap(({ id, outcome, severity, defaultSeverity, waiver }) => {
    if (outcome !== 'fail') return [];
    if (waiver !== undefined && failOn.includes(severity))
      return [`the waiver of ${id} until ${waiver.expires}`];
    return defaultSeverity !== undefined &&
      failOn.includes(defaultSeverity) &&
      !failOn.includes(severity)
      ? [`the policy, which makes ${id} a ${severity}`]
      : [];
  });
  return [...new Set(said)].sort();
}

/** Weakenings the first line names; a policy may hold a thousand. */
const maxNamed = 4;

/** What a first line says of everything that weakens it; nothing where nothing does. */
export function weakenedText(weakenedBy: readonly string[]): string {
  const named = weakenedBy.slice(0, maxNamed).join(', ');
  const more = weakenedBy.length > maxNamed ? ` and ${weakenedBy.length - maxNamed} more` : '';
  return weakenedBy.length === 0 ? '' : ` (weakened by ${named}${more})`;
}

function headline(
  outcome: Verdict['outcome'],
  subject: string,
  failed: readonly Finding[],
  missing: readonly EvidenceArea[],
  unasked: readonly EvidenceArea[],
  weakenedBy: readonly string[],
): string {
  const weak = weakenedText(weakenedBy);
  if (outcome === 'fail')
    return `${subject} fails: ${failed.length} ${failed.length === 1 ? 'finding' : 'findings'}, first ${failed[0]?.id}${weak}`;
  if (outcome === 'incomplete')
    return `${subject} is not proven: ${missing.join(', ')} could not be decided${weak}`;
  const without =
    unasked.length === 0 ? '' : ` without ${unasked.join(', ')}, which the policy does not require`;
  return `${subject} passes${without}${weak}`;
}
