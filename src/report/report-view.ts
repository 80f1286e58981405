import type { Finding, Severity } from '../checks/check.ts';
import { followsText } from '../checks/find-causes.ts';
import type { Verdict } from '../policy/verdict.ts';
import { printable } from '../support/printable.ts';
import { type Fact, reportFacts, trustFacts } from './report-facts.ts';
import type { UnreadableLocation, VerifyResult } from './verify-list-report.ts';
import type { VerifyReport } from './verify-report.ts';

/** A verdict as every format tells it: one outcome, then what was judged, part by part. */
export interface ReportView {
  readonly outcome: Verdict['outcome'];
  readonly exitCode: number;
  readonly headline: string;
  readonly program: string;
  /** Command whose result this is. */
  readonly command: 'verify' | 'lint';
  /** Empty when nothing could be opened. */
  readonly trust: readonly Fact[];
  readonly parts: readonly ReportPart[];
}

/** One archive, one folder, the definitions of a tree, or one thing that could not be opened. */
export interface ReportPart {
  readonly kind: 'archive' | 'folder' | 'definitions' | 'unreadable';
  readonly name: string;
  readonly outcome: Verdict['outcome'];
  readonly headline: string;
  readonly facts: readonly Fact[];
  readonly verdict?: Verdict;
  readonly findings: readonly Finding[];
  readonly error?: Pick<UnreadableLocation, 'code' | 'message' | 'suggestions'>;
  /** Of definitions: the file a finding is about, relative to the repository. */
  readonly fileOf?: (finding: Finding) => string;
}

/** The thing a finding is about, with its place and what stands there once charts are rendered. */
export function placeText({ subject }: Pick<Finding, 'subject'>): string {
  const { name, line, column, object } = subject;
  const place = line === undefined ? '' : `:${line}:${column ?? 1}`;
  return `${name}${place}${object === undefined ? '' : `: ${object}`}`;
}

/** What was seen, and what it follows from where it has a cause. */
export function seenText(finding: Pick<Finding, 'message' | 'followsFrom'>): string {
  const follows = followsText(finding);
  return follows === '' ? finding.message : `${finding.message} (${follows})`;
}

/** How a finding bears on the verdict. */
export type FindingRole =
  | 'blocking'
  | 'warning'
  | 'note'
  | 'waived'
  | 'undecided'
  | 'pass'
  | 'not-applicable';

/** Whether a failure counts, is only told, or is waived; `failOn` are the severities that count. */
export function roleOf(
  { outcome, severity, waiver }: Finding,
  failOn: readonly Severity[],
): FindingRole {
  if (outcome !== 'fail') return outcome;
  if (waiver !== undefined) return 'waived';
  if (failOn.includes(severity)) return 'blocking';
  return severity === 'note' ? 'note' : 'warning';
}

/** Any result of `verify` as parts in a row; names in it cannot speak to a terminal. */
export function toReportView(result: VerifyResult, programVersion: string): ReportView {
  const program = `cowa-release ${programVersion}`;
  if (!('reports' in result)) {
    const { outcome, exitCode, headline } = result.verdict;
    return {
      outcome,
      exitCode,
      headline: printable(headline),
      program,
      command: 'verify',
      trust: trustFacts(result.trust),
      parts: partsOf(result),
    };
  }
  const { reports, unreadable, exitCode } = result;
  const parts = [...reports.flatMap(partsOf), ...unreadable.map(unreadablePart)];
  const [first] = reports;
  return {
    outcome: worst([
      ...reports.map(({ verdict }) => verdict.outcome),
      ...unreadable.map(() => 'fail' as const),
    ]),
    exitCode,
    headline: summary(result.reports.length + unreadable.length, parts),
    program,
    command: 'verify',
    trust: first === undefined ? [] : trustFacts(first.trust),
    parts,
  };
}

function partsOf(report: Exclude<VerifyResult, { reports: unknown }>): readonly ReportPart[] {
  if (!('archives' in report)) return [archivePart(report, '')];
  const { verdict, findings } = report;
  const { outcome, headline } = verdict;
  const folder = {
    kind: 'folder',
    name: printable(report.folder),
    outcome,
    headline: printable(headline),
    facts: reportFacts(report),
    verdict,
    findings,
  } as const;
  const archives = ranked(report.archives).map((one) => archivePart(one, `${report.folder}/`));
  // Archives that failed come before what is merely open of the folder.
  const blocks = findings.some((finding) => roleOf(finding, verdict.failOn) === 'blocking');
  const isWorse = (part: ReportPart): boolean =>
    outcome === 'fail' && !blocks && part.outcome === 'fail';
  return [
    ...archives.filter(isWorse),
    folder,
    ...archives.filter((part) => !isWorse(part)),
    ...report.unreadable.map((each) =>
      unreadablePart({ ...each, location: `${report.folder}/${each.name}` }),
    ),
  ];
}

/** Archives, what is wrong first. */
export function ranked(archives: readonly VerifyReport[]): readonly VerifyReport[] {
  return ['fail', 'incomplete', 'pass'].flatMap((outcome) =>
    archives.filter(({ verdict }) => verdict.outcome === outcome),
  );
}

function archivePart(report: VerifyReport, folder: string): ReportPart {
  const { outcome, headline } = report.verdict;
  return {
    kind: 'archive',
    name: printable(`${folder}${report.archive.name ?? 'standard input'}`),
    outcome,
    headline: printable(headline),
    facts: reportFacts(report),
    verdict: report.verdict,
    findings: report.findings,
  };
}

function unreadablePart({
  location,
  code,
  message,
  suggestions,
}: Omit<UnreadableLocation, 'exitCode'>): ReportPart {
  const said = printable(message);
  return {
    kind: 'unreadable',
    name: printable(location),
    outcome: 'fail',
    headline: `cannot be judged: ${said}`,
    facts: [],
    findings: [],
    error: { code, message: said, suggestions: suggestions.map((each) => printable(each)) },
  };
}

function worst(outcomes: readonly Verdict['outcome'][]): Verdict['outcome'] {
  return outcomes.includes('fail')
    ? 'fail'
    : outcomes.includes('incomplete')
      ? 'incomplete'
      : 'pass';
}

function summary(named: number, parts: readonly ReportPart[]): string {
  const count = (test: (part: ReportPart) => boolean): number => parts.filter(test).length;
  const unreadable = count(({ kind }) => kind === 'unreadable');
  const said = [
    [count(({ kind, outcome }) => kind !== 'unreadable' && outcome === 'fail'), 'fail'],
    [count(({ outcome }) => outcome === 'incomplete'), 'not proven'],
    [unreadable, 'cannot be judged'],
    [count(({ outcome }) => outcome === 'pass'), 'pass'],
  ] as const;
  const words = said.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return `${named} named: ${words.join(', ')}`;
}

/**
 * Whether somebody has to do something about a finding: what failed, and what is open though it would
 * count; what follows from another is mended there.
 */
export function needsFix({ outcome, severity, followsFrom }: Finding): boolean {
  if (followsFrom !== undefined) return false;
  return outcome === 'fail' || (outcome === 'undecided' && severity === 'error');
}
