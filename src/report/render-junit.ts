import type { DescribedCheck } from '../checks/all-checks.ts';
import type { Finding } from '../checks/check.ts';
import { escapeMarkup } from './escape-markup.ts';
import {
  type FindingRole,
  needsFix,
  placeText,
  type ReportPart,
  type ReportView,
  roleOf,
  seenText,
} from './report-view.ts';

type Result = 'passed' | 'failed' | 'errored' | 'skipped';

interface TestCase {
  readonly name: string;
  readonly classname: string;
  readonly result: Result;
  readonly type: string;
  readonly message: string;
  readonly lines: readonly string[];
}

/**
 * JUnit XML: a suite for each archive and folder, a case for each check, and one for the verdict. What
 * could not be looked at is never a success: an error where the policy requires it, else skipped,
 * as are warnings and waived failures, with what they say.
 */
export function renderJunit(view: ReportView, checks: readonly DescribedCheck[]): string {
  const areas = new Map(checks.map(({ id, area }) => [id, area]));
  const suites = view.parts.map((part) => ({ name: part.name, cases: casesOf(part, areas) }));
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="cowa-release ${view.command}" ${totals(all)}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${escapeMarkup(name)}" ${totals(cases)}>`,
      ...cases.flatMap(renderCase),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function totals(cases: readonly TestCase[]): string {
  const count = (result: Result): number => cases.filter((each) => each.result === result).length;
  return `tests="${cases.length}" failures="${count('failed')}" errors="${count('errored')}" skipped="${count('skipped')}" time="0"`;
}

function casesOf(part: ReportPart, areas: ReadonlyMap<string, string>): readonly TestCase[] {
  const byCheck = new Map<string, Finding[]>();
  for (const finding of part.findings) {
    const list = byCheck.get(finding.id) ?? [];
    byCheck.set(finding.id, list);
    list.push(finding);
  }
  const cases = [...byCheck].map(([id, findings]) => caseOf(id, findings, part, areas.get(id)));
  return [verdictCase(part), ...cases.toSorted((a, b) => (a.name < b.name ? -1 : 1))];
}

/** What a suite comes to as a whole: red whenever the exit code is not 0. */
function verdictCase({ name, outcome, headline, error, verdict }: ReportPart): TestCase {
  const result = { pass: 'passed', fail: 'failed', incomplete: 'errored' } as const;
  return {
    name: 'verdict',
    classname: name,
    result: error === undefined ? result[outcome] : 'errored',
    type: error?.code ?? outcome,
    message: headline,
    lines: [...(error?.suggestions ?? []), ...(verdict?.weakenedBy ?? []).map(weakened)],
  };
}

function weakened(by: string): string {
  return `weakened by ${by}`;
}

const ranks: readonly FindingRole[] = [
  'blocking',
  'undecided',
  'waived',
  'warning',
  'note',
  'not-applicable',
  'pass',
];

function caseOf(
  id: string,
  findings: readonly Finding[],
  { name, verdict }: ReportPart,
  area: string | undefined,
): TestCase {
  const roles = findings.map((finding) => roleOf(finding, verdict?.failOn ?? ['error']));
  // What does not apply beside what passed is no reason to call the whole skipped.
  const seen = roles.includes('pass') ? roles.filter((role) => role !== 'not-applicable') : roles;
  const worst = ranks.find((role) => seen.includes(role)) ?? 'pass';
  const told = findings.filter((_, index) => roles[index] === worst);
  const [first] = told;
  const required = verdict?.missingEvidence.some((each) => each === area) === true;
  const more = told.length > 1 ? ` (and ${told.length - 1} more)` : '';
  return {
    name: id,
    classname: name,
    result: resultOf(worst, required),
    type: first?.code ?? worst,
    message: `${worst}: ${first === undefined ? '' : placeText(first)}: ${first?.message}${more}`,
    lines: findings.filter((_, index) => roles[index] !== 'pass').flatMap(linesOf),
  };
}

function resultOf(role: FindingRole, required: boolean): Result {
  if (role === 'pass') return 'passed';
  if (role === 'blocking') return 'failed';
  return role === 'undecided' && required ? 'errored' : 'skipped';
}

function linesOf(finding: Finding): readonly string[] {
  const { severity, outcome, subject, code, waiver, help } = finding;
  const tag = code === undefined ? '' : ` [${code}]`;
  const until =
    waiver === undefined
      ? ''
      : ` waived until ${waiver.expires} by ${waiver.owner}: ${waiver.reason}`;
  const said = `${outcome} ${severity}${tag} ${placeText({ subject })}: ${seenText(finding)}${until}`;
  return needsFix(finding) ? [said, `    fix: ${help.fix}`] : [said];
}

const elements: Readonly<Record<Exclude<Result, 'passed'>, string>> = {
  failed: 'failure',
  errored: 'error',
  skipped: 'skipped',
};

function renderCase({
  name,
  classname,
  result,
  type,
  message,
  lines,
}: TestCase): readonly string[] {
  const open = `    <testcase name="${escapeMarkup(name)}" classname="${escapeMarkup(classname)}" time="0"`;
  if (result === 'passed') return [`${open}/>`];
  const kind = result === 'skipped' ? '' : ` type="${escapeMarkup(type)}"`;
  // Line breaks in a message are spelt out: a line of a report begins with our words.
  const text = lines.map((line) => escapeMarkup(line)).join('\n');
  return [
    `${open}>`,
    `      <${elements[result]} message="${escapeMarkup(message, 500)}"${kind}>${text}</${elements[result]}>`,
    '    </testcase>',
  ];
}
