import type { DescribedCheck } from '../checks/all-checks.ts';
import type { LintReport } from '../report/lint-report.ts';
import { toLintView } from '../report/lint-view.ts';
import { renderHtml } from '../report/render-html.ts';
import { renderJson } from '../report/render-json.ts';
import { renderJunit } from '../report/render-junit.ts';
import { renderMarkdown } from '../report/render-markdown.ts';
import { renderSarif } from '../report/render-sarif.ts';
import { renderYaml } from '../report/render-yaml.ts';
import type { ReportKind } from '../report/report-kinds.ts';
import { toReportView } from '../report/report-view.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';

export interface RenderReportContext {
  /** The catalogue. */
  readonly checks: readonly DescribedCheck[];
  readonly programVersion: string;
  /** Of definitions: the folder of the repository that paths are relative to; the repository itself without. */
  readonly prefix?: string;
}

/** A result of `verify` or `lint` in one of its formats: the same facts in each, the same bytes each time. */
export function renderReport(
  kind: ReportKind,
  result: VerifyResult | LintReport,
  { checks, programVersion, prefix = '' }: RenderReportContext,
): string {
  if (kind === 'json') return renderJson(result);
  if (kind === 'yaml') return renderYaml(result);
  const view =
    result.schema === 'cowa-release/lint-report/v1'
      ? toLintView(result, { checks, programVersion, prefix })
      : toReportView(result, programVersion);
  switch (kind) {
    case 'sarif':
      return renderSarif(view, { checks, programVersion });
    case 'junit':
      return renderJunit(view, checks);
    case 'markdown':
      return renderMarkdown(view);
    case 'html':
      return renderHtml(view, checks);
  }
}
