import { styleText } from 'node:util';
import { exitCodes } from '../errors/exit-codes.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import { printable } from '../support/printable.ts';
import { withoutCommands } from '../support/without-commands.ts';
import type { RenderOptions } from './render-findings.ts';
import { renderFolderVerdict, renderVerdict } from './render-verdict.ts';

/** Text of a result for people, in the colours and the width of their terminal. */
export function renderVerifyResult(
  result: VerifyResult,
  { all, columns }: { readonly all: boolean; readonly columns: number },
): string {
  return renderTextReport(result, {
    all,
    columns,
    paint: (text, color) => styleText(color, text, { stream: process.stdout }),
  });
}

/** The same text for a file: no colours, and everything in it. */
export function renderTextFile(result: VerifyResult): string {
  return `${renderTextReport(result, { all: true, columns: 100, paint: (text) => text })}\n`;
}

function renderTextReport(result: VerifyResult, options: RenderOptions): string {
  if (!('reports' in result)) return withoutCommands(renderAlone(result, options));
  const broken = result.unreadable.map(({ location, code, message, suggestions, exitCode }) =>
    [
      // What was asked for does not fit it: that says nothing of what it is.
      `${exitCode === exitCodes.usage ? 'NOT JUDGED' : 'UNREADABLE'}  ${location}`,
      `  Error [${code}]: ${message}`,
      ...suggestions.map((next) => `  next: ${next}`),
    ]
      .map((line) => printable(line))
      .join('\n'),
  );
  const judged = result.reports.map((report) => renderOne(report, options));
  return withoutCommands([...judged, ...broken].join('\n\n'));
}

/** Lines of a terminal that people have not made larger. */
const screenLines = 24;

/** What fills more than a screen ends as it began: on a terminal the end is what is seen. */
function renderAlone(
  report: Exclude<VerifyResult, { reports: unknown }>,
  options: RenderOptions,
): string {
  const text = renderOne(report, options);
  const long = text.split('\n').length > screenLines;
  return long && report.verdict.outcome !== 'pass' && !options.all
    ? `${text}\n\n${firstStatement(text)}`
    : text;
}

function renderOne(
  report: Exclude<VerifyResult, { reports: unknown }>,
  options: RenderOptions,
): string {
  return 'archives' in report
    ? renderFolderVerdict(report, options)
    : renderVerdict(report, options);
}

/** The first line, with the lines it goes on in. */
function firstStatement(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line, index) => index > 0 && !line.startsWith('    '));
  return lines.slice(0, end < 0 ? undefined : end).join('\n');
}
