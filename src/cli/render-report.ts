import type { CriterionStatus } from '../report/dossier/dossier-judgement.ts';
import {
  criterionWords,
  recommendationWords,
  statusWords,
} from '../report/dossier/dossier-words.ts';
import { titleOf } from '../report/dossier/html/first-screen.ts';
import { printableLines } from './printable-lines.ts';
import type { ReportDone } from './report-run.ts';
import { wrapText } from './wrap-text.ts';

/** What `report --output json` prints: the files hold the rest. */
export interface ReportResult {
  readonly schema: 'cowa-release/report-result/v1';
  /** Of the worst criterion. */
  readonly status: CriterionStatus;
  readonly words: string;
  /** What `verify` says of the same. */
  readonly outcome: 'pass' | 'fail' | 'incomplete';
  readonly criteria: readonly {
    readonly id: string;
    readonly status: CriterionStatus;
    readonly caveat: string;
  }[];
  readonly notLookedAt: readonly string[];
  /** Folder the files lie in, as given. */
  readonly out: string;
  readonly files: readonly { readonly name: string; readonly digest: string }[];
  readonly signed: boolean;
  /** Files of `--history` that are no reports of this program. */
  readonly passedOver: readonly string[];
}

export function toReportResult({ dossier, files, out, passedOver }: ReportDone): ReportResult {
  const { verdict, notLookedAt } = dossier;
  return {
    schema: 'cowa-release/report-result/v1',
    status: verdict.status,
    words: verdict.words,
    outcome: verdict.outcome,
    criteria: verdict.criteria.map(({ id, status, caveat }) => ({ id, status, caveat })),
    notLookedAt: notLookedAt.map(({ what }) => what),
    out,
    files,
    signed: files.some(({ name }) => name === 'report.intoto.jsonl'),
    passedOver,
  };
}

/** The first screen of the report, for a terminal. */
export function renderReportResult(done: ReportDone, columns = 100): string {
  const { dossier, files, out, passedOver } = done;
  const { verdict, notLookedAt } = dossier;
  return [
    ...wrapText(
      `${statusWords[verdict.status].toUpperCase()}  ${titleOf(dossier)}: ${verdict.words}`,
      columns,
      '',
      '    ',
    ),
    '',
    ...verdict.criteria.map(
      ({ id, status, caveat }) =>
        `  ${criterionWords[status].padEnd(11)}  ${id}${caveat === '' ? '' : `: ${caveat}`}`,
    ),
    '',
    ...verdict.packages.map(
      ({ package: name, version, archive, recommendation }) =>
        `  ${recommendationWords[recommendation].padEnd(11)}  ${name} ${version ?? ''} in ${archive}`,
    ),
    '',
    `Not looked at: ${notLookedAt.length} things, listed in the report`,
    ...(passedOver.length === 0
      ? []
      : [`Passed over in --history, no reports of this program: ${passedOver.join(', ')}`]),
    `Written to ${out}: ${files.map(({ name }) => name).join(', ')}`,
    ...(files.some(({ name }) => name === 'report.intoto.jsonl')
      ? []
      : ['Not signed: --sign-key signs the digests of all files']),
  ]
    .map((line) => printableLines(line))
    .join('\n');
}
