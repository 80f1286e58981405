import type { Check } from '../checks/check.ts';
import type { DeployedRelease } from '../lint/deployed-release.ts';
import type { LintFinding } from '../lint/lint-check.ts';
import { judgeFindings } from '../policy/judge-findings.ts';
import type { Policy } from '../policy/policy.ts';
import type { LintReport } from '../report/lint-report.ts';
import { printable } from '../support/printable.ts';
import type { LookedAt } from './gather-releases.ts';

export interface LintReportInput extends LookedAt {
  readonly releases: readonly DeployedRelease[];
  readonly findings: readonly LintFinding[];
  readonly checks: readonly Pick<Check, 'id' | 'area' | 'severity' | 'help'>[];
  readonly policy: Policy;
  readonly clock: Date | undefined;
  readonly weakenedBy: readonly string[];
  readonly changed: ReadonlySet<string> | undefined;
  /** What changed, and what the packages it changes are made of. */
  readonly concerned: ReadonlySet<string> | undefined;
  /** Findings that were not there before the files changed; undefined where nobody knows. */
  readonly caused: ReadonlySet<LintFinding> | undefined;
  readonly git: LintReport['git'];
  readonly zarfFlavor: string | undefined;
  readonly programVersion: string;
  readonly renderer: LintReport['renderer'];
  readonly kustomize: LintReport['kustomize'];
}

const maxMessageLength = 2000;

/** Findings weighed by the policy, and what was looked at. */
export function lintReport(input: LintReportInput): LintReport {
  const { found, packages, bundles, policy, clock, changed, concerned } = input;
  const { flavor, zarfFlavor } = input;
  const fixes = new Map<string, LintFinding['fix']>();
  const about =
    concerned === undefined
      ? input.findings
      : input.findings.filter((each) => isIn(each, concerned, input) || input.caused?.has(each));
  const kept = about.map((finding) => {
    const clean = printed(finding);
    if (finding.fix !== undefined) fixes.set(keyOf(clean), finding.fix);
    const { fix: _fix, ...plain } = clean;
    return plain;
  });
  const { findings, verdict } = judgeFindings(kept, required(policy, kept), {
    subject: found.path === '.' ? 'this tree' : printable(found.path),
    checks: input.checks,
    at: clock,
    weakenedBy: input.weakenedBy,
  });
  const passed = new Map<LintFinding['id'], number>();
  for (const { id, outcome } of findings)
    if (outcome === 'pass') passed.set(id, (passed.get(id) ?? 0) + 1);
  return {
    schema: 'cowa-release/lint-report/v1',
    program: { name: 'cowa-release', version: input.programVersion },
    path: found.path,
    renderer: input.renderer,
    ...(input.kustomize === undefined ? {} : { kustomize: input.kustomize }),
    ...(flavor === undefined ? {} : { flavor }),
    ...(zarfFlavor === undefined ? {} : { zarfFlavor }),
    ...(policy.origin === undefined ? {} : { policy: policy.origin }),
    ...(changed === undefined ? {} : { changedFiles: changed.size }),
    ...(input.git === undefined ? {} : { git: input.git }),
    releases: found.releases.map(({ file }) => file),
    // Two releases may name one package alike.
    packages: [...new Map(packages.map((each) => [each.job.key, each])).values()].map(
      ({ job, name, facts }) => ({
        file: job.file,
        name,
        flavor: job.zarfFlavor,
        objects: facts?.objects.length ?? 0,
      }),
    ),
    bundles: bundles.map(({ file, name, bundle }) => ({
      file,
      name,
      ...(bundle?.flavor === undefined ? {} : { flavor: bundle.flavor }),
      packages: bundle?.packages.length ?? 0,
    })),
    notLookedAt: notLookedAt(input),
    findings: findings
      .filter(({ outcome }) => outcome === 'fail' || outcome === 'undecided')
      .toSorted(byPlace)
      .map((finding) => {
        const fix = fixes.get(keyOf(finding));
        return fix === undefined ? finding : { ...finding, fix };
      }),
    passed: [...passed].map(([id, count]) => ({ id, count })).sort((a, b) => compare(a.id, b.id)),
    verdict,
  };
}

/**
 * What could not be told keeps definitions from passing where a failure of that check would: a hint that
 * could not be looked at is no reason to stop. What was left out on purpose is named, and does not count.
 */
function required(policy: Policy, findings: readonly LintFinding[]): Policy {
  const heavy = findings.some(
    ({ outcome, severity, code, id }) =>
      outcome === 'undecided' &&
      code !== 'CHECK_SKIPPED' &&
      (severity === 'error' ||
        policy.failOn.includes(severity) ||
        policy.severities.some((each) => each.check === id && each.severity === 'error')),
  );
  return { ...policy, required: heavy ? ['deployment', 'definition'] : [] };
}

/**
 * Whether a finding is about what changed: in a file of a package that changed, about such a package, or in
 * a definition that may take one.
 */
function isIn(
  { subject, outcome }: LintFinding,
  concerned: ReadonlySet<string>,
  { found, packages, bundles }: LintReportInput,
): boolean {
  if (outcome !== 'fail' && outcome !== 'undecided') return true;
  if (concerned.has(subject.name)) return true;
  const touched = packages.filter(({ job }) => concerned.has(job.file));
  const takers = [
    ...bundles,
    ...found.releases.map((release) => ({ file: release.file, release })),
  ];
  if (subject.kind === 'file')
    return takers.some(
      ({ file, release }) =>
        file === subject.name && touched.some(({ job }) => job.release?.file === release?.file),
    );
  return touched.some(({ name }) => name === subject.name || subject.name.startsWith(`${name}: `));
}

function notLookedAt({
  found,
  releases,
  packages,
}: LintReportInput): readonly { readonly path: string; readonly reason: string }[] {
  const all = [
    ...found.notLookedAt,
    ...releases.flatMap(({ unread }) => unread),
    ...packages.flatMap(({ facts }) => facts?.unread ?? []),
  ].map(({ path, reason }) => ({ path: printable(path), reason: printable(reason, 500) }));
  const once = new Map(all.map((each) => [`${each.path}\n${each.reason}`, each]));
  return [...once.values()].sort((a, b) => compare(a.path, b.path) || compare(a.reason, b.reason));
}

/** Names and messages hold what files say: they must not speak to the terminal. */
function printed(finding: LintFinding): LintFinding {
  const { subject, message } = finding;
  const { object } = subject;
  return {
    ...finding,
    subject: {
      ...subject,
      name: printable(subject.name),
      ...(object === undefined ? {} : { object: printable(object) }),
    },
    message: printable(message, maxMessageLength),
  };
}

function keyOf({ id, subject, message }: LintFinding): string {
  return JSON.stringify([id, subject, message]);
}

const ranks = { error: 0, warning: 1, note: 2 };

function byPlace(a: LintFinding, b: LintFinding): number {
  return (
    ranks[a.severity] - ranks[b.severity] ||
    compare(a.outcome, b.outcome) ||
    compare(a.subject.name, b.subject.name) ||
    (a.subject.line ?? 0) - (b.subject.line ?? 0) ||
    (a.subject.column ?? 0) - (b.subject.column ?? 0) ||
    compare(a.id, b.id) ||
    compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
