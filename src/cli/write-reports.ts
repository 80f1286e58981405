import { basename, dirname } from 'node:path';
import { renderJson } from '../report/render-json.ts';
import { type ReportKind, reportKinds } from '../report/report-kinds.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import { OutputTargetError } from './output-target.ts';
import { renderTextFile } from './render-verify-result.ts';
import { outputFolder } from './wire.ts';

/** A report to write: its kind, and where. */
export interface ReportTarget {
  readonly kind: ReportKind | 'text';
  readonly path: string;
}

/** The folder that `--report dossier=<folder>` names; undefined for the other kinds, which are files. */
export function dossierFolder(text: string): string | undefined {
  return /^dossier=(.+)$/s.exec(text)?.[1];
}

/**
 * Reads `--report kind=path`.
 * @param dossiers whether the command also writes a report for people
 * @throws OutputTargetError OUTPUT_KIND_UNKNOWN
 */
export function parseReportTarget(text: string, dossiers: boolean): ReportTarget {
  const at = text.indexOf('=');
  const kind = (['text', ...reportKinds] as const).find((each) => each === text.slice(0, at));
  const path = text.slice(at + 1);
  if (at > 0 && kind !== undefined && path !== '') return { kind, path };
  throw new OutputTargetError(
    'OUTPUT_KIND_UNKNOWN',
    `'${text}' is no report: expected <kind>=<path>`,
    {
      suggestions: [
        `Kinds: text, ${reportKinds.join(', ')}${dossiers ? '; dossier=<folder> is a report for people, a folder' : ''}`,
        '--report sarif=verify.sarif',
      ],
    },
  );
}

/** Writes each report whole or not at all. @throws OutputError */
export async function writeReports(
  targets: readonly ReportTarget[],
  result: VerifyResult,
  programVersion: string,
): Promise<void> {
  for (const { kind, path } of targets)
    await writeWhole(
      path,
      kind === 'text' ? renderTextFile(result) : await renderFormat(kind, result, programVersion),
    );
}

/** A result in a format that names checks: the catalogue is loaded for that. */
export async function renderFormat(
  kind: ReportKind,
  result: VerifyResult,
  programVersion: string,
): Promise<string> {
  if (kind === 'json') return renderJson(result);
  const { allChecks } = await import('../checks/all-checks.ts');
  const { renderReport } = await import('../operations/render-report.ts');
  return renderReport(kind, result, { checks: allChecks(), programVersion });
}

/** Puts a text in a file's place, whole or not at all. @throws OutputError */
export async function writeWhole(path: string, text: string): Promise<void> {
  const folder = await outputFolder(dirname(path));
  await using file = await folder.create(basename(path));
  await file.write([Buffer.from(text)]);
  await file.commit();
}
