// docs/checks: a page for each check, from the catalogue.
import { allChecks, type DescribedCheck } from '../src/checks/all-checks.ts';
import { cell } from './generated-files.ts';

export function checkPages(): ReadonlyMap<string, string> {
  const sorted = allChecks();
  return new Map([
    ['docs/checks/README.md', index(sorted)],
    ...sorted.map((check) => [`docs/checks/${check.id}.md`, page(check)] as const),
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

function page({ id, title, severity, area, help }: DescribedCheck): string {
  return [
    `# ${id}`,
    '',
    `${title}.`,
    '',
    '| | |',
    '|---|---|',
    `| severity | ${severity} |`,
    `| evidence | ${area} |`,
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
  ].join('\n');
}
