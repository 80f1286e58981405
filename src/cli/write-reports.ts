import { basename, dirname } from 'node:path';
import { renderReport } from '../operations/render-report.ts';
import { type ReportKind, reportKinds } from '../report/report-kinds.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import { OutputTargetError } from './output-target.ts';
import { outputFolder } from './wire.ts';

/** A report to write: its kind, and where. */
export interface ReportTarget {
  readonly kind: ReportKind | 'text';
  readonly path: string;
}

/** Reads `--report kind=path`. @throws OutputTargetError OUTPUT_KIND_UNKNOWN */
export function parseReportTarget(text: string): ReportTarget {
  const at = text.indexOf('=');
  const kind = (['text', ...reportKinds] as const).find((each) => each === text.slice(0, at));
  const path = text.slice(at + 1);
  if (at > 0 && kind !== undefined && path !== '') return { kind, path };
  throw new OutputTargetError(
    'OUTPUT_KIND_UNKNOWN',
    `'${text}' is no report: expected <kind>=<path>`,
    { suggestions: [`Kinds: text, ${reportKinds.join(', ')}`, '--report sarif=verify.sarif'] },
  );
}

/** Writes each report whole or not at all. @throws OutputError */
export async function writeReports(
  targets: readonly ReportTarget[],
  result: VerifyResult,
  programVersion: string,
): Promise<void> {
  if (targets.length === 0) return;
  const { allChecks } = await import('../checks/all-checks.ts');
  const { renderTextFile } = await import('./render-verify-result.ts');
  const context = { checks: allChecks(), programVersion };
  for (const { kind, path } of targets) {
    const text = kind === 'text' ? renderTextFile(result) : renderReport(kind, result, context);
    await writeWhole(path, text);
  }
}

/** Puts a text in a file's place, whole or not at all. @throws OutputError */
export async function writeWhole(path: string, text: string): Promise<void> {
  const folder = await outputFolder(dirname(path));
  await using file = await folder.create(basename(path));
  await file.write([Buffer.from(text)]);
  await file.commit();
}
