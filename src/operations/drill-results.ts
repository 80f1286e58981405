import type { Finding } from '../checks/check.ts';
import type { DrillRefusal, DrillResult } from '../report/drill-report.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { Tampering } from './drill-tampering.ts';

type Report = VerifyReport | FolderReport;

const maxShownRefusals = 6;

/** What judging what was tampered with came to. */
export interface Played {
  readonly outcome: DrillResult['outcome'];
  readonly refused: boolean;
  readonly by: readonly DrillRefusal[];
  readonly told?: string;
}

/** What refused it for itself comes before what refuses any file that was compressed anew. */
export function resultOf(
  subject: string,
  { id, what, where }: Tampering,
  { outcome, refused, by, told }: Played,
  {
    repacked,
    condensed,
  }: { readonly repacked: readonly DrillRefusal[]; readonly condensed: boolean },
): DrillResult {
  const isCommon = ({ check, code }: DrillRefusal): boolean =>
    repacked.some((each) => each.check === check && each.code === code);
  const own = by.filter((each) => !isCommon(each));
  return {
    id,
    subject,
    what,
    where,
    refused,
    condensed,
    outcome,
    ...(told === undefined || refused ? {} : { told }),
    bySignatureOverBytesOnly: refused && by.length > 0 && own.length === 0,
    by: [...own, ...by.filter(isCommon)].slice(0, maxShownRefusals),
  };
}

/** What speaks against it now and did not before: each check and code once. */
export function refusalsOf(report: Report, untouched: Report): readonly DrillRefusal[] {
  const keyOf = ({ id, code = '' }: Finding): string => `${id} ${code}`;
  const before = new Set(against(untouched).map(keyOf));
  const seen = new Map<string, DrillRefusal>();
  for (const finding of against(report)) {
    const key = keyOf(finding);
    if (before.has(key) || seen.has(key)) continue;
    const { id, code = '', message } = finding;
    seen.set(key, { check: id, code, message });
  }
  const unreadable = 'archives' in report ? report.unreadable : [];
  return [
    ...seen.values(),
    ...unreadable.map(({ code, message }) => ({ check: 'container', code, message })),
  ];
}

/** Errors that fail; of what is not proven, what was left open. */
function against(report: Report): readonly Finding[] {
  const reports = 'archives' in report ? [report, ...report.archives] : [report];
  const findings = reports.flatMap((each) => each.findings);
  const wanted = report.verdict.outcome === 'incomplete' ? 'undecided' : 'fail';
  return findings.filter(
    ({ outcome, severity, waiver }) =>
      outcome === wanted &&
      waiver === undefined &&
      (wanted === 'undecided' || report.verdict.failOn.includes(severity)),
  );
}
