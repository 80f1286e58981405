import type { Finding } from '../checks/check.ts';
import type { Verdict } from '../policy/verdict.ts';
import { approvalLines } from '../report/approval-words.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import {
  counted,
  entriesOf,
  formatWords,
  isoTime,
  notLookedAtText,
  wasRead,
} from '../report/report-facts.ts';
import { ranked, roleOf } from '../report/report-view.ts';
import { levelWords, whomTrusted } from '../report/trust-words.ts';
import type { ReportedTrust, VerifyReport } from '../report/verify-report.ts';
import { formatSize } from '../support/format-size.ts';
import { printable } from '../support/printable.ts';
import { archiveText } from './archive-text.ts';
import { type RenderOptions, renderFindings } from './render-findings.ts';

/**
 * The verdict on one archive: outcome first. Where it is no pass, what is wrong, where and what to do
 * come before what was looked at, so that the first screen says it.
 */
export function renderVerdict(report: VerifyReport, options: RenderOptions): string {
  const { archive, signature, packages, verdict, findings } = report;
  const facts = [
    `${formatWords(report)}, ${formatSize(archive.size)}, ${entriesOf(archive.entries)}`,
    wasRead(report) ? signatureLine(signature) : 'signature not looked at',
    ...trustLines(report.trust),
    ...packages.map((each) => {
      const version = [each.name, each.version, each.architecture, each.flavor]
        .filter((part) => part !== undefined && part !== '')
        .join(' ');
      return `package ${version}: ${counted(each.images, 'image')}, ${formatSize(each.size)}, ${signatureWord(each.signature)}`;
    }),
    ...levelWords(report.levels).map((level) => `trusted ${level}`),
    ...approvalLines(report.approvals).map((line) => `approval ${line}`),
    ...(archive.root === undefined ? [] : [`root    ${archive.root.digest}`]),
    ...(archive.digest === undefined ? [] : [`file    ${archive.digest}`]),
  ];
  return [
    title(verdict, archive.name ?? 'standard input', options),
    ...inOrder(
      verdict,
      [...renderFindings(findings, verdict.failOn, options), ...quickText(verdict, options)],
      facts.flatMap((fact) => archiveText(fact, options.columns, '  ', '    ')),
    ),
    ...summary(verdict, findings, options),
  ].join('\n');
}

/** A quick look leaves open what it was asked not to look at, which is no finding of any check. */
function quickText(
  { weakenedBy, outcome }: Verdict,
  { columns }: RenderOptions,
): readonly string[] {
  const isQuick = weakenedBy.some((each) => each.startsWith('--quick'));
  const next =
    'fix: verify without --quick before the archive is used: contents are looked at only then';
  return isQuick && outcome !== 'pass' ? ['', ...archiveText(next, columns, '  ', '    ')] : [];
}

/**
 * The verdict on a folder: the whole, a line for each archive that did not pass, what failed of the folder
 * itself, and those archives; what is merely open of the folder comes after them.
 */
export function renderFolderVerdict(report: FolderReport, options: RenderOptions): string {
  const { release, archives, unreadable, verdict, findings } = report;
  const said =
    release === null
      ? 'no release statement that could be believed'
      : `release ${release.product} ${release.version} ${release.flavor}, number ${release.counter}, dated ${isoTime(release.sourceDateEpoch)}`;
  const facts = [
    said,
    ...approvalLines(report.approvals).map((line) => `approval ${line}`),
    ...trustLines(report.trust),
    `${counted(report.files.length, 'file')}, ${counted(archives.length, 'archive')}`,
    ...(report.notLookedAt === undefined ? [] : [`not looked at: ${notLookedAtText(report)}`]),
  ];
  const all = ranked(archives);
  const worst = all.filter(
    (archive) => verdict.outcome !== 'pass' && archive.verdict.outcome === verdict.outcome,
  );
  // What follows from a failure is told below it.
  const isBlocking = (finding: Finding): boolean =>
    finding.followsFrom !== undefined || roleOf(finding, verdict.failOn) === 'blocking';
  const blocking = findings.filter(isBlocking);
  const others = findings.filter((finding) => !isBlocking(finding));
  return [
    title(verdict, report.folder, options),
    ...all
      .filter((archive) => archive.verdict.outcome !== 'pass')
      .flatMap((archive) =>
        archiveText(
          archive.verdict.headline,
          options.columns,
          `  ${outcomeWord(archive.verdict, options)}  `,
          '    ',
        ),
      ),
    ...unreadable.flatMap((each) => renderUnreadable(each, options)),
    ...renderFindings(blocking, verdict.failOn, options),
    ...worst.flatMap((archive) => ['', renderVerdict(archive, options)]),
    ...(worst.length === 0
      ? []
      : ['', archiveText(`${report.folder}, as a whole`, options.columns, '', '    ').join('\n')]),
    ...inOrder(
      verdict,
      renderFindings(others, verdict.failOn, options),
      facts.flatMap((fact) => archiveText(fact, options.columns, '  ', '    ')),
    ),
    ...summary(verdict, findings, options),
    ...all
      .filter((archive) => !worst.includes(archive))
      .flatMap((archive) => [
        '',
        // Beside what failed, what passed is told in a line: the end of the text is what stays on the screen.
        verdict.outcome !== 'pass' && archive.verdict.outcome === 'pass' && !options.all
          ? title(archive.verdict, archive.archive.name ?? 'standard input', options)
          : renderVerdict(archive, options),
      ]),
  ].join('\n');
}

/** What is wrong first, or, where nothing is, what was judged. */
function inOrder(
  { outcome }: Verdict,
  findings: readonly string[],
  facts: readonly string[],
): readonly string[] {
  return outcome === 'pass' ? [...facts, ...findings] : [...findings, '', ...facts];
}

function renderUnreadable(
  { name, code, message, suggestions }: FolderReport['unreadable'][number],
  { columns, paint }: RenderOptions,
): readonly string[] {
  return [
    '',
    ...archiveText(name, columns, `${paint('UNREADABLE', 'red')}  `, '    '),
    ...archiveText(`Error [${code}]: ${message}`, columns, '  ', '    '),
    ...suggestions.flatMap((next) => archiveText(`next: ${next}`, columns, '  ', '    ')),
  ];
}

function title(verdict: Verdict, name: string, options: RenderOptions): string {
  const { headline } = verdict;
  const rest = printable(headline.startsWith(name) ? headline : `${name}: ${headline}`);
  return `${outcomeWord(verdict, options)}  ${archiveText(rest, options.columns - 12, '', '    ').join('\n')}`;
}

function outcomeWord({ outcome }: Verdict, { paint }: RenderOptions): string {
  return {
    pass: paint('PASS', 'green'),
    fail: paint('FAIL', 'red'),
    incomplete: paint('NOT PROVEN', 'yellow'),
  }[outcome];
}

/** What a word like 'valid' is about, beside sizes and images. */
function signatureWord(outcome: VerifyReport['packages'][number]['signature']): string {
  return outcome === 'unsigned' ? 'unsigned' : `signature ${outcome.replaceAll('-', ' ')}`;
}

function signatureLine({
  outcome,
  location,
  covers,
  fingerprint,
  reason,
}: VerifyReport['signature']): string {
  if (outcome === 'valid') return `signed by ${fingerprint}: ${location} covers ${covers}`;
  if (outcome === 'unsigned') return 'not signed';
  return `signature ${outcome}: ${location}: ${reason}`;
}

function trustLines(trust: ReportedTrust): readonly string[] {
  const { policy, insecure } = trust;
  return [
    ...whomTrusted(trust).map(([label, value]) => `${label.padEnd(7)} ${value}`),
    policy === undefined ? 'policy  built in' : `policy  ${policy.location} (${policy.digest})`,
    ...insecure.map((flag) => `WARNING weakened by ${flag}`),
  ];
}

function summary(
  { counts, notLookedAt, missingEvidence }: Verdict,
  findings: readonly Finding[],
  { columns }: RenderOptions,
): readonly string[] {
  const open: readonly string[] = [...new Set([...missingEvidence, ...notLookedAt])];
  const passed = new Map<string, number>();
  for (const { id, outcome } of findings) {
    const area = id.slice(0, id.indexOf('/'));
    // What was looked at in part only is no evidence that is good.
    if (outcome === 'pass' && !open.includes(area)) passed.set(area, (passed.get(area) ?? 0) + 1);
  }
  const looked = [...passed].map(([area, count]) => `${area} ${count}`).join(', ');
  const waived = counts.waived === 0 ? '' : `${counts.waived} waived, `;
  return [
    '',
    ...archiveText(`looked at and good: ${looked || 'nothing'}`, columns, '  ', '    '),
    ...(open.length === 0
      ? []
      : archiveText(`could not be looked at: ${open.join(', ')}`, columns, '  ', '    ')),
    ...archiveText(
      `${counts.fail} failed, ${waived}${counts.undecided} undecided, ${counts.warning} warnings, ${counts.note} notes, ${counts.pass} passed`,
      columns,
      '  ',
      '    ',
    ),
  ];
}
