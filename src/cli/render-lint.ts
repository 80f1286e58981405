import { styleText } from 'node:util';
import type { LintReport } from '../report/lint-report.ts';
import { lintFacts } from '../report/lint-view.ts';
import { counted } from '../report/report-facts.ts';
import { printable } from '../support/printable.ts';
import { withoutCommands } from '../support/without-commands.ts';
import { archiveText } from './archive-text.ts';
import { type RenderOptions, renderFindings } from './render-findings.ts';

/** Text of a lint for people, in the colours and the width of their terminal. */
export function renderLint(
  report: LintReport,
  { all, columns }: { readonly all: boolean; readonly columns: number },
): string {
  return renderText(report, {
    all,
    columns,
    paint: (text, color) => styleText(color, text, { stream: process.stdout }),
  });
}

/** The same text for a file: no colours, and everything in it. */
export function renderLintFile(report: LintReport): string {
  return `${renderText(report, { all: true, columns: 100, paint: (text) => text })}\n`;
}

/** Lines of a terminal that people have not made larger. */
const screenLines = 24;

/**
 * The verdict, then what is wrong, where, and what to do, each place as compilers print it, so that
 * editors jump there. What fills more than a screen ends as it began.
 */
function renderText(report: LintReport, options: RenderOptions): string {
  const { findings, verdict, passed } = report;
  const { counts, failOn } = verdict;
  const first = title(report, options);
  const told = renderFindings(findings, failOn, options);
  const waived = counts.waived === 0 ? '' : `${counts.waived} waived, `;
  const facts = lintFacts(report).flatMap(([label, value]) =>
    archiveText(`${label}: ${value}`, options.columns, '  ', '    '),
  );
  const sums = archiveText(
    `${counts.fail} failed, ${waived}${counts.undecided} undecided, ${counted(counts.warning, 'warning')}, ${counted(counts.note, 'note')}; ${counted(passed.length, 'check')} found something good`,
    options.columns,
    '  ',
    '    ',
  );
  const lines = [
    first,
    ...told,
    ...(told.length === 0 ? [] : ['']),
    ...facts,
    ...sums,
    ...(options.all ? passed.map(({ id, count }) => `  pass  ${id}: ${count}`) : []),
  ];
  const long = lines.join('\n').split('\n').length > screenLines;
  return withoutCommands([...lines, ...(long && told.length > 0 ? ['', first] : [])].join('\n'));
}

function title({ verdict }: LintReport, { columns, paint }: RenderOptions): string {
  const words = {
    pass: paint('PASS', 'green'),
    fail: paint('FAIL', 'red'),
    incomplete: paint('NOT PROVEN', 'yellow'),
  };
  const rest = archiveText(printable(verdict.headline), columns - 12, '', '    ').join('\n');
  return `${words[verdict.outcome]}  ${rest}`;
}
