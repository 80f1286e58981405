import type { Finding } from '../checks/check.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import type { ReportedTrust, VerifyReport } from '../report/verify-report.ts';
import { printable } from '../support/printable.ts';
import { archiveText } from './archive-text.ts';
import { formatSize } from './format-size.ts';

export interface RenderOptions {
  /** Columns of the terminal; 80 where there is none. */
  readonly columns: number;
  /** Lists passed checks one by one. */
  readonly all: boolean;
  /** Paints a word; plain text where colours are not wanted. */
  readonly paint: (text: string, color: 'green' | 'red' | 'yellow') => string;
}

const formats: Readonly<Record<VerifyReport['archive']['format'], string>> = {
  'zarf-package': 'Zarf package',
  'uds-legacy': 'UDS bundle (legacy)',
  'uds-next': 'UDS bundle (next)',
  'uds-hybrid': 'UDS bundle (legacy and next in one)',
  unknown: 'no format known here',
};

/** The verdict on one archive: outcome first, then what to do about, then what was looked at. */
export function renderVerdict(report: VerifyReport, options: RenderOptions): string {
  const { archive, signature, packages } = report;
  const lines = [title(report.verdict, archive.name ?? 'standard input', options)];
  const facts = [
    `${formats[archive.format]}, ${formatSize(archive.size)}, ${archive.entries} entries`,
    signatureLine(signature),
    ...trustLines(report.trust),
    ...packages.map((each) => {
      const version = [each.name, each.version, each.architecture, each.flavor]
        .filter((part) => part !== undefined && part !== '')
        .join(' ');
      return `package ${version}: ${counted(each.images, 'image')}, ${formatSize(each.size)}, ${signatureWord(each.signature)}`;
    }),
    ...(archive.root === undefined ? [] : [`root    ${archive.root.digest}`]),
    ...(archive.digest === undefined ? [] : [`file    ${archive.digest}`]),
  ];
  lines.push(...facts.flatMap((fact) => archiveText(fact, options.columns, '  ', '    ')));
  lines.push(
    ...renderFindings(report.findings, options),
    ...summary(report.verdict, report.findings, options),
  );
  return lines.join('\n');
}

/** The verdict on a folder: the whole first, each archive after it. */
export function renderFolderVerdict(report: FolderReport, options: RenderOptions): string {
  const { release, archives, unreadable } = report;
  const lines = [title(report.verdict, report.folder, options)];
  const said =
    release === null
      ? 'no release statement that could be believed'
      : `release ${release.product} ${release.version} ${release.flavor}, number ${release.counter}, dated ${new Date(1000 * release.sourceDateEpoch).toISOString()}`;
  const facts = [
    said,
    ...trustLines(report.trust),
    `${counted(report.files.length, 'file')}, ${counted(archives.length, 'archive')}`,
  ];
  lines.push(...facts.flatMap((fact) => archiveText(fact, options.columns, '  ', '    ')));
  for (const { name, code, message, suggestions } of unreadable) {
    lines.push(
      '',
      ...archiveText(name, options.columns, `${options.paint('UNREADABLE', 'red')}  `, '    '),
      ...archiveText(`Error [${code}]: ${message}`, options.columns, '  ', '    '),
    );
    lines.push(
      ...suggestions.flatMap((next) => archiveText(`next: ${next}`, options.columns, '  ', '    ')),
    );
  }
  lines.push(
    ...renderFindings(report.findings, options),
    ...summary(report.verdict, report.findings, options),
  );
  for (const archive of archives) lines.push('', renderVerdict(archive, options));
  return lines.join('\n');
}

function title(
  { outcome, headline }: Verdict,
  name: string,
  { paint, columns }: RenderOptions,
): string {
  const word = {
    pass: paint('PASS', 'green'),
    fail: paint('FAIL', 'red'),
    incomplete: paint('NOT PROVEN', 'yellow'),
  }[outcome];
  const rest = printable(headline.startsWith(name) ? headline : `${name}: ${headline}`);
  return `${word}  ${archiveText(rest, columns - 12, '', '    ').join('\n')}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
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

function trustLines({ key, policy, insecure }: ReportedTrust): readonly string[] {
  return [
    key === undefined ? 'key     none given' : `key     ${key.origin} (${key.fingerprint})`,
    policy === undefined ? 'policy  built in' : `policy  ${policy.location} (${policy.digest})`,
    ...insecure.map((flag) => `WARNING weakened by ${flag}`),
  ];
}

const order = [
  'error fail',
  'error undecided',
  'warning fail',
  'note fail',
  'warning undecided',
  'note undecided',
];

function renderFindings(findings: readonly Finding[], options: RenderOptions): readonly string[] {
  const lines: string[] = [];
  for (const kind of order) {
    for (const finding of findings.filter(
      ({ severity, outcome }) => kind === `${severity} ${outcome}`,
    ))
      lines.push(...renderFinding(finding, options));
  }
  if (options.all) {
    for (const { id, subject, message } of findings.filter(({ outcome }) => outcome === 'pass')) {
      lines.push(
        ...archiveText(`pass  ${id}  ${subject.name}: ${message}`, options.columns, '', '      '),
      );
    }
  }
  return lines;
}

function renderFinding(
  { id, severity, outcome, subject, message, code, help }: Finding,
  { columns, paint }: RenderOptions,
): readonly string[] {
  const word =
    outcome === 'undecided'
      ? paint('undecided', 'yellow')
      : severity === 'error'
        ? paint('error', 'red')
        : paint(severity, 'yellow');
  const place = subject.line === undefined ? '' : `:${subject.line}:${subject.column ?? 1}`;
  const tag = code === undefined ? id : `${id} [${code}]`;
  return [
    '',
    `${word}  ${tag}`,
    ...archiveText(`${subject.name}${place}: ${message}`, columns, '  ', '    '),
    ...(outcome === 'fail' || severity === 'error'
      ? archiveText(`fix: ${help.fix}`, columns, '  ', '    ')
      : []),
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
  return [
    '',
    ...archiveText(`looked at and good: ${looked || 'nothing'}`, columns, '  ', '    '),
    ...(open.length === 0
      ? []
      : archiveText(`could not be looked at: ${open.join(', ')}`, columns, '  ', '    ')),
    ...archiveText(
      `${counts.fail} failed, ${counts.undecided} undecided, ${counts.warning} warnings, ${counts.note} notes, ${counts.pass} passed`,
      columns,
      '  ',
      '    ',
    ),
  ];
}
