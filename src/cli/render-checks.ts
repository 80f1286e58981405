import type { DescribedCheck } from '../checks/all-checks.ts';
import { wrapText } from './wrap-text.ts';

/** What `checks list --output json` prints. */
export interface ChecksListResult {
  readonly schema: 'cowa-release/checks-list/v1';
  readonly checks: readonly Omit<DescribedCheck, 'help'>[];
}

/** What `checks explain --output json` prints. */
export interface ChecksExplainResult {
  readonly schema: 'cowa-release/checks-explain/v1';
  readonly check: DescribedCheck;
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
  policy: 'what the policy in force says of what was judged',
};

/** Everything about one check. */
export function renderCheck(
  { id, title, area, severity, scope, help }: DescribedCheck,
  columns: number,
): string {
  const facts = [
    `${title}.`,
    '',
    `severity  ${severity}`,
    `evidence  ${area}`,
    `looks at  ${scopes[scope]}`,
    `source    ${help.source}`,
    '',
    `Why: ${help.why}`,
    '',
    `What to do: ${help.fix}`,
  ];
  return [
    id,
    ...facts.flatMap((fact) => (fact === '' ? [''] : wrapText(fact, columns, '  ', '  '))),
  ].join('\n');
}
