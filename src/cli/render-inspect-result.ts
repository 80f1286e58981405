import { styleText } from 'node:util';
import type { InspectReport } from '../report/inspect-report.ts';
import { renderInspect } from './render-inspect.ts';

/** Text of a report for people, in the colours and the width of their terminal. */
export function renderInspectResult(
  report: InspectReport,
  { all, columns }: { readonly all: boolean; readonly columns: number },
): string {
  return renderInspect(report, {
    all,
    columns,
    paint: (text, color) => styleText(color, text, { stream: process.stdout }),
  });
}
