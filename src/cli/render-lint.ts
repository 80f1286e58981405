import type { LintReport } from '../report/lint-report.ts';
import { printable } from '../support/printable.ts';

/** Findings as compilers print them, so that editors can jump to the place. */
export function renderLint({ packages, findings, verdict }: LintReport): string {
  const lines = findings.map(({ id, severity, outcome, subject, message, code }) => {
    const place = subject.line === undefined ? '' : `:${subject.line}:${subject.column ?? 1}`;
    const level = outcome === 'undecided' ? 'undecided' : severity;
    return printable(
      `${subject.name}${place}: ${level}: ${subject.object === undefined ? '' : `${subject.object}: `}${message} [${id}${code === undefined ? '' : ` ${code}`}]`,
    );
  });
  const fixes = [...new Map(findings.map(({ id, help }) => [id, help.fix] as const))];
  const { error, warning, undecided } = verdict.counts;
  const objects = packages.reduce((sum, each) => sum + each.objects, 0);
  return [
    ...lines,
    ...(fixes.length === 0 ? [] : ['', ...fixes.map(([id, fix]) => `${id}: ${fix}`), '']),
    `${{ pass: 'PASS', fail: 'FAIL', incomplete: 'NOT PROVEN' }[verdict.outcome]}  ${packages.length} packages, ${objects} objects: ${error} errors, ${warning} warnings, ${undecided} undecided`,
  ].join('\n');
}
