import type { DescribedCheck } from '../checks/all-checks.ts';
import { wrapText } from './wrap-text.ts';

/** What `checks list --output json` prints. */
export interface ChecksListResult {
  readonly schema: 'cowa-release/checks-list/v1';
  readonly checks: readonly Omit<DescribedCheck, 'help' | 'codes' | 'examples'>[];
}

/** What `checks explain --output json` prints of a check. */
export interface ChecksExplainResult {
  readonly schema: 'cowa-release/checks-explain/v1';
  readonly check: DescribedCheck;
  /** Whether a policy may waive it or make it weigh less. */
  readonly waivable: boolean;
}

/** What `checks explain --output json` prints of a code. */
export interface CodeExplainResult {
  readonly schema: 'cowa-release/code-explain/v1';
  readonly code: string;
  /** Where findings carry it: what was seen, and the checks that tell it; none where many do. */
  readonly finding: {
    readonly says: string;
    readonly checks: readonly Omit<DescribedCheck, 'codes'>[];
    /** Where several checks tell it in the same words. */
    readonly help: { readonly why: string; readonly fix: string } | null;
  } | null;
  /** Where it ends a run. */
  readonly error: { readonly says: string; readonly exitCode: number } | null;
}

/** One check a line: id, severity, title. */
export function renderCheckList(checks: readonly DescribedCheck[], columns: number): string {
  const widest = checks.reduce((most, { id }) => Math.max(most, id.length), 0);
  const rest = ' '.repeat(Math.min(widest + 11, Math.floor(columns / 2)));
  return checks
    .flatMap(({ id, severity, title }) =>
      wrapText(`${severity.padEnd(7)}  ${title}`, columns, `${id.padEnd(widest)}  `, rest),
    )
    .join('\n');
}

const scopes: Readonly<Record<DescribedCheck['scope'], string>> = {
  archive: 'an archive',
  folder: 'a folder with its release statement',
  definitions: 'what a definition, or an archive, would deploy',
  policy: 'what the policy in force says of what was judged',
};

/** Everything about one check. */
export function renderCheck(
  { id, title, area, severity, scope, help, codes, examples }: DescribedCheck,
  waivable: boolean,
  columns: number,
): string {
  const facts = [
    `${title}.`,
    '',
    `severity  ${severity}`,
    `evidence  ${area}`,
    `looks at  ${scopes[scope]}`,
    `policy    ${waivable ? 'can be lowered or waived' : 'cannot be lowered or waived: guards the chain from the signature to the bytes'}`,
    `source    ${help.source}`,
    '',
    `Why: ${help.why}`,
    '',
    `What to do: ${help.fix}`,
    ...Object.entries(codes ?? {}).flatMap(([code, { fix }]) => ['', `${code}: ${fix}`]),
  ];
  return [
    id,
    ...facts.flatMap((fact) => (fact === '' ? [''] : wrapText(fact, columns, '  ', '  '))),
    ...Object.entries(examples ?? {}).flatMap(([word, yaml]) => [
      '',
      `  ${word === 'good' ? 'Good' : 'Bad'}:`,
      ...yaml.split('\n').map((line: string) => `    ${line}`),
    ]),
  ].join('\n');
}

/** Everything about a code: what happened, and the checks or the exit code that go with it. */
export function renderCode(
  { code, finding, error }: CodeExplainResult,
  isWaivable: (check: Omit<DescribedCheck, 'codes'>) => boolean,
  columns: number,
): string {
  const said = (text: string): readonly string[] => wrapText(text, columns, '  ', '      ');
  const many = finding !== null && finding.checks.length === 0;
  return [
    code,
    ...(finding === null ? [] : said(`in findings: ${finding.says || 'the rule does not hold'}`)),
    ...(many ? said('told by whichever check meets it; the finding names it') : []),
    ...(many && finding.help !== null
      ? [
          '',
          ...said(`Why: ${finding.help.why}`),
          '',
          ...said(`What to do: ${finding.help.fix}`),
          '',
        ]
      : []),
    ...(error === null ? [] : said(`ends a run with exit code ${error.exitCode}: ${error.says}`)),
    ...(finding?.checks ?? []).flatMap((check) => [
      '',
      renderCheck(check, isWaivable(check), columns),
    ]),
  ].join('\n');
}
