import { printable } from '../support/printable.ts';
import { approvalLines } from './approval-words.ts';
import type { FolderReport } from './release-folder-report.ts';
import { levelWords, whomTrusted } from './trust-words.ts';
import type { ReportedSignature, ReportedTrust, VerifyReport } from './verify-report.ts';

/** A line of a table: what, and its value. */
export type Fact = readonly [label: string, value: string];

/** What formats are called. */
const formatNames: Readonly<Record<VerifyReport['archive']['format'], string>> = {
  'zarf-package': 'Zarf package',
  'uds-legacy': 'UDS bundle (legacy)',
  'uds-next': 'UDS bundle (next)',
  'uds-hybrid': 'UDS bundle (legacy and next in one)',
  unknown: 'no format known here',
};

/** Whether anything of an archive was read: without all its parts nothing is. */
export function wasRead({
  archive,
  findings,
}: Pick<VerifyReport, 'archive' | 'findings'>): boolean {
  return archive.entries > 0 || !findings.some(({ code }) => code === 'PART_MISSING');
}

/** What an archive is, in words. */
export function formatWords(report: Pick<VerifyReport, 'archive' | 'findings'>): string {
  return wasRead(report)
    ? formatNames[report.archive.format]
    : 'not read, since not all parts are there';
}

/** A number of things, in the form that goes with it. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** What was judged, line by line, for tables. */
export function reportFacts(report: VerifyReport | FolderReport): readonly Fact[] {
  return 'archives' in report ? folderFacts(report) : archiveFacts(report);
}

/** By whose key and by which policy it was judged, and what weakened that. */
export function trustFacts(trust: ReportedTrust): readonly Fact[] {
  const { policy, insecure } = trust;
  return [
    ...whomTrusted(trust).map(([label, value]) => fact(label, value)),
    fact('policy', policy === undefined ? 'built in' : `${policy.location} (${policy.digest})`),
    ...insecure.map((flag) => fact('weakened by', flag)),
  ];
}

function archiveFacts(report: VerifyReport): readonly Fact[] {
  const { archive, signature, packages, levels } = report;
  return [
    fact(
      'format',
      `${formatWords(report)}, ${counted(archive.size, 'byte')}, ${entriesOf(archive.entries)}`,
    ),
    fact('signature', wasRead(report) ? signatureText(signature) : 'not looked at'),
    ...packages.map((each) => {
      const parts = [each.name, each.version, each.architecture, each.flavor];
      const named = parts.filter((part) => part !== undefined && part !== '').join(' ');
      return fact(
        'package',
        `${named}: ${counted(each.images, 'image')}, ${counted(each.size, 'byte')}, signature ${each.signature}`,
      );
    }),
    ...levelWords(levels).map((level) => fact('trusted', level)),
    ...approvalLines(report.approvals).map((line) => fact('approval', line)),
    ...(archive.root === undefined ? [] : [fact('root', archive.root.digest)]),
    ...(archive.digest === undefined ? [] : [fact('file', archive.digest)]),
  ];
}

/** Entries of an archive, counted. */
export function entriesOf(count: number): string {
  return `${count} ${count === 1 ? 'entry' : 'entries'}`;
}

/** Names of files that nobody judged, with why. */
export function notLookedAtText({ notLookedAt = [] }: Pick<FolderReport, 'notLookedAt'>): string {
  return notLookedAt
    .map((name) => `${name}, the log of an assembly, which nobody signs`)
    .join('; ');
}

function folderFacts(report: FolderReport): readonly Fact[] {
  const { release, files, archives, unreadable, notLookedAt } = report;
  return [
    fact(
      'release',
      release === null
        ? 'no release statement that could be believed'
        : `${release.product} ${release.version} ${release.flavor}, number ${release.counter}, dated ${isoTime(release.sourceDateEpoch)}`,
    ),
    ...approvalLines(report.approvals).map((line) => fact('approval', line)),
    fact('files', `${files.length}`),
    fact('archives', `${archives.length}`),
    ...(notLookedAt === undefined ? [] : [fact('not looked at', notLookedAtText(report))]),
    ...(unreadable.length === 0 ? [] : [fact('cannot be opened', `${unreadable.length}`)]),
  ];
}

/** Seconds since 1970 as people write them; a number no calendar reaches stays one. */
export function isoTime(seconds: number): string {
  return seconds > 8e12 ? String(seconds) : new Date(1000 * seconds).toISOString();
}

function signatureText({
  outcome,
  location,
  covers,
  fingerprint,
  reason,
}: ReportedSignature): string {
  if (outcome === 'unsigned') return 'not signed';
  if (outcome === 'valid') return `valid, by ${fingerprint}: ${location} covers ${covers}`;
  return `${outcome}: ${location}: ${reason}`;
}

function fact(label: string, value: string): Fact {
  return [label, printable(value)];
}
