import type { Check, Finding, Severity } from '../checks/check.ts';
import { thresholdsCheck, waiversCheck } from '../checks/policy-checks.ts';
import { sortFindings } from '../checks/sort-findings.ts';
import { guardsIntegrity } from './integrity.ts';
import { matchesPattern } from './matches-pattern.ts';
import type { Policy, Waiver } from './policy.ts';
import { waiverHolds } from './waiver-date.ts';

export interface ApplyContext {
  /** Name of what is judged. */
  readonly subject: string;
  readonly checks: readonly Pick<Check, 'id' | 'area' | 'severity'>[];
  /** When waivers must hold; undefined: nobody said, so none holds. */
  readonly at: Date | undefined;
  /** Waivers that ran out are told once for a folder, not again for every archive they do not concern. */
  readonly withinFolder?: boolean;
}

/**
 * Findings as the policy weighs them: severities changed, failures waived, and what the policy itself
 * gives rise to. Sorted. Nothing is taken away: a failure that does not count says why.
 */
export function applyPolicy(
  findings: readonly Finding[],
  policy: Policy,
  context: ApplyContext,
): readonly Finding[] {
  const known = new Map(context.checks.map((check) => [check.id, check]));
  const chosen = new Map(policy.severities.map(({ check, severity }) => [check, severity]));
  const weighed = findings.map((finding) => {
    const check = known.get(finding.id);
    const severity = chosen.get(finding.id);
    return check === undefined || severity === undefined
      ? finding
      : reweigh(finding, check, severity);
  });
  const judged = weighed.map((finding) => waive(finding, known.get(finding.id), policy, context));
  const own = [
    ...waiverFindings(judged, policy, context),
    ...thresholdFindings(judged, policy, context),
  ];
  return sortFindings([...judged, ...own]);
}

const rank: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

/** What the check itself softened stays soft, unless the policy wants it softer still. */
function reweigh(
  finding: Finding,
  check: Pick<Check, 'id' | 'area' | 'severity'>,
  severity: Severity,
): Finding {
  const softened = finding.severity !== check.severity;
  if (softened && rank[severity] >= rank[finding.severity]) return finding;
  if (severity === finding.severity) return finding;
  if (guardsIntegrity(check) && rank[severity] < rank[finding.severity]) return finding;
  return { ...finding, severity, defaultSeverity: finding.severity };
}

function waive(
  finding: Finding,
  check: Pick<Check, 'id' | 'area'> | undefined,
  { waivers }: Policy,
  { at }: ApplyContext,
): Finding {
  if (finding.outcome !== 'fail' || check === undefined || guardsIntegrity(check)) return finding;
  const waiver = waivers.find((each) => concerns(each, finding) && waiverHolds(each, at));
  if (waiver === undefined) return finding;
  const { owner, reason, expires } = waiver;
  return { ...finding, waiver: { owner, reason, expires } };
}

function concerns({ check, subject, code, digest }: Waiver, finding: Finding): boolean {
  return (
    finding.id === check &&
    matchesPattern(finding.subject.name, subject) &&
    (code === undefined || finding.code === code) &&
    (digest === undefined || finding.subject.digest === digest)
  );
}

function* waiverFindings(
  findings: readonly Finding[],
  { waivers, severities }: Policy,
  { subject, at, withinFolder }: ApplyContext,
): Generator<Finding> {
  if (waivers.length === 0) return;
  const severity =
    severities.find(({ check }) => check === waiversCheck.id)?.severity ?? waiversCheck.severity;
  const { id, help } = waiversCheck;
  const about = { id, subject: { kind: 'archive', name: subject } as const, help };
  if (at === undefined) {
    const message = 'no date was given to judge waivers by, so none of them holds';
    yield { ...about, severity, outcome: 'undecided', message, code: 'WAIVER_NO_DATE' };
    return;
  }
  const ended = waivers.filter((waiver) => !waiverHolds(waiver, at));
  const told = ended.filter(
    (waiver) =>
      withinFolder !== true ||
      findings.some((finding) => finding.outcome === 'fail' && concerns(waiver, finding)),
  );
  for (const { check, subject: name, owner, expires, reason } of told) {
    const message = `the waiver of ${check} for ${name} ran out on ${expires}; its owner is ${owner}: ${reason}`;
    yield { ...about, severity, outcome: 'fail', message, code: 'WAIVER_EXPIRED' };
  }
  if (ended.length === 0) {
    const message = `${waivers.length === 1 ? 'the waiver holds' : `all ${waivers.length} waivers hold`}`;
    yield { ...about, severity, outcome: 'pass', message };
  }
}

function* thresholdFindings(
  findings: readonly Finding[],
  { thresholds }: Policy,
  { subject }: ApplyContext,
): Generator<Finding> {
  const { id, severity, help } = thresholdsCheck;
  const about = { id, severity, subject: { kind: 'archive', name: subject } as const, help };
  const counted = (level: Severity): number =>
    findings.filter(
      (each) => each.outcome === 'fail' && each.waiver === undefined && each.severity === level,
    ).length;
  const limits = [
    ['warnings', counted('warning'), thresholds.warnings, 'fail', 'THRESHOLD_WARNINGS'],
    ['notes', counted('note'), thresholds.notes, 'fail', 'THRESHOLD_NOTES'],
    [
      'undecided findings',
      findings.filter(({ outcome }) => outcome === 'undecided').length,
      thresholds.undecided,
      'undecided',
      'THRESHOLD_UNDECIDED',
    ],
  ] as const;
  for (const [what, count, limit, outcome, code] of limits) {
    if (limit === undefined) continue;
    const message = `${count} ${what}, at most ${limit} are borne`;
    yield count > limit
      ? { ...about, outcome, message, code }
      : { ...about, outcome: 'pass', message };
  }
}
