// docs/checks: a page for each check, from the catalogue.
import { allChecks, type DescribedCheck } from '../src/checks/all-checks.ts';
import { helpOf } from '../src/checks/code-help.ts';
import { guardsIntegrity } from '../src/policy/integrity.ts';
import type { FindingCode } from './generate-finding-codes.ts';
import { cell } from './generated-files.ts';

export function checkPages(codes: readonly FindingCode[]): ReadonlyMap<string, string> {
  const sorted = allChecks();
  return new Map([
    ['docs/checks/README.md', index(sorted)],
    ...sorted.map((check) => [`docs/checks/${check.id}.md`, page(check, codes)] as const),
  ]);
}

function index(checks: readonly DescribedCheck[]): string {
  return [
    '# Checks',
    '',
    'Generated from the catalogue by `npm run generate`. A title is a sentence that is true when the check passes.',
    'Outcomes: pass, fail, not-applicable, undecided; undecided never counts as passed.',
    '',
    '| check | severity | title |',
    '|---|---|---|',
    ...checks.map(
      ({ id, severity, title }) => `| [${id}](${id}.md) | ${severity} | ${cell(title)} |`,
    ),
    '',
  ].join('\n');
}

function adviceOn(check: DescribedCheck, code: string): string {
  const { fix } = helpOf(check, code);
  return fix === check.help.fix ? '' : fix;
}

function page(check: DescribedCheck, codes: readonly FindingCode[]): string {
  const { id, title, severity, area, help } = check;
  const own = codes.filter(({ checks }) => checks.includes(id));
  const advised = own.some(({ code }) => adviceOn(check, code) !== '');
  return [
    `# ${id}`,
    '',
    `${title}.`,
    '',
    '| | |',
    '|---|---|',
    `| severity | ${severity} |`,
    `| evidence | ${area} |`,
    `| policy | ${guardsIntegrity(check) ? 'cannot be lowered or waived' : 'can be lowered or waived'} |`,
    `| source | ${cell(help.source)} |`,
    '',
    '## Why',
    '',
    help.why,
    '',
    '## What to do',
    '',
    help.fix,
    '',
    ...(check.examples === undefined
      ? []
      : [
          '## Examples',
          '',
          'Good:',
          '',
          '```yaml',
          check.examples.good,
          '```',
          '',
          'Bad:',
          '',
          '```yaml',
          check.examples.bad,
          '```',
          '',
        ]),
    ...(own.length === 0
      ? []
      : [
          '## Codes',
          '',
          `| code | what was seen |${advised ? ' what to do, if another thing |' : ''}`,
          `|---|---|${advised ? '---|' : ''}`,
          ...own.map(
            ({ code, says }) =>
              `| \`${code}\` | ${cell(says)} |${advised ? ` ${cell(adviceOn(check, code))} |` : ''}`,
          ),
          '',
        ]),
  ].join('\n');
}
