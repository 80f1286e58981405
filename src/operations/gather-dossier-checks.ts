import type { Finding } from '../checks/check.ts';
import type { Policy } from '../policy/policy.ts';
import { waiverHolds } from '../policy/waiver-date.ts';
import type {
  DossierCheck,
  DossierVerdict,
  DossierWaiver,
} from '../report/dossier/dossier-judgement.ts';
import { needsFix, roleOf, seenText } from '../report/report-view.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import type { DossierInputs } from './dossier-inputs.ts';
import { compareText } from './dossier-order.ts';
import { archivesOf, foldersOf, lastOf } from './gather-dossier-subjects.ts';

/** Every result of every check, failures first. */
export function checksOf({ result, checks: catalogue }: DossierInputs): readonly DossierCheck[] {
  const described = new Map(catalogue.map((each) => [each.id, each]));
  const one = (
    finding: Finding,
    within: string,
    fallback: readonly string[],
    failOn: DossierVerdict['failOn'],
    folder: string | undefined,
  ): DossierCheck => {
    const { id, severity, outcome, subject, code, defaultSeverity, waiver, help } = finding;
    const message = seenText(finding);
    const known = described.get(id);
    const role = roleOf(finding, failOn);
    const evidence =
      subject.digest === undefined ? fallback : [...new Set([subject.digest, ...fallback])];
    const name = folder !== undefined && subject.name === folder ? within : subject.name;
    return {
      id,
      title: known?.title ?? id,
      area: known?.area ?? 'policy',
      severity,
      outcome,
      role,
      within,
      subject: { ...subject, name },
      message: folder === undefined ? message : message.replaceAll(folder, within),
      ...(code === undefined ? {} : { code }),
      ...(needsFix(finding) || role === 'warning' ? { fix: help.fix } : {}),
      ...(defaultSeverity === undefined ? {} : { defaultSeverity }),
      ...(waiver === undefined ? {} : { waiver }),
      evidence,
    };
  };
  const roles: readonly DossierCheck['role'][] = [
    'blocking',
    'undecided',
    'waived',
    'warning',
    'note',
    'pass',
    'not-applicable',
  ];
  return [
    ...foldersOf(result).flatMap(({ folder, findings, verdict, files }) => {
      const statement = files.find(({ name }) => name === 'release.intoto.jsonl')?.digest;
      return findings.map((finding) =>
        one(
          finding,
          lastOf(folder),
          statement === undefined ? [] : [statement],
          verdict.failOn,
          folder,
        ),
      );
    }),
    ...archivesOf(result).flatMap(({ archive, findings, verdict }) =>
      findings.map((finding) =>
        one(
          finding,
          archive.name ?? 'standard input',
          archive.digest === undefined ? [] : [archive.digest],
          verdict.failOn,
          undefined,
        ),
      ),
    ),
  ].sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role) || compareText(a.id, b.id));
}

/** Exceptions of the policy, and whether they were needed. */
export function waiversOf(
  policy: Policy,
  checks: readonly DossierCheck[],
  at: Date,
): readonly DossierWaiver[] {
  return policy.waivers.map(({ check, subject, owner, reason, expires }): DossierWaiver => {
    const results = checks.filter(
      (each) =>
        each.role === 'waived' &&
        each.id === check &&
        each.waiver?.owner === owner &&
        each.waiver.reason === reason &&
        each.waiver.expires === expires,
    ).length;
    const state = !waiverHolds({ expires }, at) ? 'expired' : results > 0 ? 'used' : 'unused';
    return { check, subject, owner, reason, expires, state, results };
  });
}

/** What verify said, summed up over all that was named. */
export function outcomeOf(
  result: VerifyResult,
): Pick<DossierVerdict, 'outcome' | 'exitCode' | 'headline' | 'counts' | 'failOn'> {
  const all = [...foldersOf(result), ...archivesOf(result)].map(({ verdict }) => verdict);
  const sum = (name: keyof DossierVerdict['counts']): number =>
    all.reduce((total, { counts }) => total + counts[name], 0);
  const counts = {
    pass: sum('pass'),
    fail: sum('fail'),
    warning: sum('warning'),
    note: sum('note'),
    waived: sum('waived'),
    undecided: sum('undecided'),
    notApplicable: sum('notApplicable'),
  };
  const failOn = all[0]?.failOn ?? ['error'];
  if (!('reports' in result)) {
    const { outcome, exitCode, headline } = result.verdict;
    return { outcome, exitCode, headline: shortened(headline, result), counts, failOn };
  }
  const outcomes = all.map(({ outcome }) => outcome);
  const outcome =
    result.unreadable.length > 0 || outcomes.includes('fail')
      ? 'fail'
      : outcomes.includes('incomplete')
        ? 'incomplete'
        : 'pass';
  const headline = `${result.reports.length + result.unreadable.length} things were named`;
  return { outcome, exitCode: result.exitCode, headline, counts, failOn };
}

/** Where it lay on this machine is nobody else's business. */
function shortened(text: string, result: VerifyResult): string {
  return 'archives' in result ? text.replaceAll(result.folder, lastOf(result.folder)) : text;
}
