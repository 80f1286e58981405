import { posix } from 'node:path';
import type { DescribedCheck } from '../checks/all-checks.ts';
import type { Finding } from '../checks/check.ts';
import { printable } from '../support/printable.ts';
import type { LintReport } from './lint-report.ts';
import type { Fact } from './report-facts.ts';
import type { ReportPart, ReportView } from './report-view.ts';

export interface LintViewContext {
  /** The catalogue: of what passed, a report holds the number only. */
  readonly checks: readonly Pick<DescribedCheck, 'id' | 'severity' | 'help'>[];
  readonly programVersion: string;
  /** Folder below the root of the repository that paths are relative to: `''` for the root itself. */
  readonly prefix: string;
}

/** What `lint` found as every format tells it. */
export function toLintView(
  report: LintReport,
  { checks, programVersion, prefix }: LintViewContext,
): ReportView {
  const { outcome, exitCode, headline } = report.verdict;
  const { policy } = report;
  const part: ReportPart = {
    kind: 'definitions',
    name: printable(report.path),
    outcome,
    headline: printable(headline),
    facts: lintFacts(report),
    verdict: report.verdict,
    findings: [...report.findings, ...passes(report, checks)],
    fileOf: (finding) => posix.join(prefix, fileOf(finding, report)),
  };
  return {
    outcome,
    exitCode,
    headline: printable(headline),
    program: `cowa-release ${programVersion}`,
    command: 'lint',
    trust: [
      ['policy', policy === undefined ? 'built in' : `${policy.location} (${policy.digest})`],
    ],
    parts: [part],
  };
}

/** What was looked at, and what was not, line by line. */
export function lintFacts(report: LintReport): readonly Fact[] {
  const { packages, bundles, releases, notLookedAt, flavor, zarfFlavor, changedFiles } = report;
  const files = new Set(packages.map(({ file }) => file)).size;
  const objects = packages.reduce((sum, each) => sum + each.objects, 0);
  const only = [
    ...(flavor === undefined ? [] : [`flavor ${flavor}`]),
    ...(zarfFlavor === undefined ? [] : [`Zarf flavor ${zarfFlavor}`]),
  ];
  return [
    [
      'looked at',
      [
        `${counted(files, 'package')}${packages.length > files ? ` (${packages.length} with their flavors)` : ''}`,
        counted(objects, 'object'),
        counted(bundles.length, 'bundle'),
        counted(releases.length, 'release definition'),
      ].join(', '),
    ],
    ...(only.length === 0 ? [] : [['only', only.join(', ')] as const]),
    ...[report.renderer, report.kustomize].flatMap((program) =>
      program?.sha256 === undefined
        ? []
        : [
            [
              'rendered by',
              `${program.name} ${program.version} (sha256 ${program.sha256})`,
            ] as const,
          ],
    ),
    ...(changedFiles === undefined
      ? []
      : [
          [
            'told',
            `only what is about ${counted(changedFiles, 'changed file')}; all was judged`,
          ] as const,
        ]),
    ...(report.git === undefined
      ? []
      : [['changes by', `git ${report.git.version} (sha256 ${report.git.sha256})`] as const]),
    ...notLookedAt
      .slice(0, maxNamed)
      .map(({ path, reason }) => ['not looked at', `${path}: ${reason}`] as const),
    ...(notLookedAt.length > maxNamed
      ? [['not looked at', `and ${notLookedAt.length - maxNamed} more`] as const]
      : []),
  ];
}

const maxNamed = 5;

/** One finding for each check that found only good. */
function passes(
  { passed, findings, path }: LintReport,
  checks: LintViewContext['checks'],
): readonly Finding[] {
  const spoken = new Set(findings.map(({ id }) => id));
  return passed.flatMap(({ id, count }) => {
    const check = checks.find((each) => each.id === id);
    if (check === undefined || spoken.has(id)) return [];
    const { severity, help } = check;
    const subject = { kind: 'file' as const, name: printable(path) };
    const message = `kept wherever it was looked for: ${count === 1 ? 'once' : `${count} times`}`;
    return [{ id, severity, help, outcome: 'pass' as const, subject, message }];
  });
}

/** The file itself; of a package as a whole, its definition. */
function fileOf({ subject }: Finding, { packages, bundles, releases, path }: LintReport): string {
  if (subject.kind === 'file') return subject.name;
  const named = [...packages, ...bundles].find(
    ({ name }) => name === subject.name || subject.name.startsWith(`${name}: `),
  );
  return named?.file ?? releases[0] ?? packages[0]?.file ?? bundles[0]?.file ?? path;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
