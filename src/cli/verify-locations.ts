import { styleText } from 'node:util';
import { type ExitCode, exitCodes, worstExitCode } from '../errors/exit-codes.ts';
import { CowaError } from '../errors/families.ts';
import { verifyArchive } from '../operations/verify-archive.ts';
import { verifyFolder } from '../operations/verify-folder.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { type Run, runWithin } from '../support/run.ts';
import { type ErrorJson, toErrorJson } from './error-output.ts';
import { type RenderOptions, renderFolderVerdict, renderVerdict } from './render-verdict.ts';
import { administratorFolder, trustSettings } from './trust-settings.ts';
import { judgingPorts, openCompute } from './wire.ts';

export interface VerifyLocationsRequest {
  readonly locations: readonly string[];
  readonly key?: string;
  readonly policy?: string;
  readonly allowUnsigned: boolean;
  readonly wholeDigest: boolean;
  readonly programVersion: string;
}

/** One archive or folder gives its own report; several, or one that cannot be opened beside others, a list. */
export type VerifyResult = VerifyReport | FolderReport | VerifyList;

export interface VerifyList {
  readonly schema: 'cowa-release/verify-list/v1';
  readonly reports: readonly (VerifyReport | FolderReport)[];
  readonly unreadable: readonly (ErrorJson & { readonly location: string })[];
  readonly exitCode: ExitCode;
}

/** Judges each location; one that cannot be opened does not keep the others from being judged. */
export async function verifyLocations(
  request: VerifyLocationsRequest,
  run: Run,
): Promise<{ readonly result: VerifyResult; readonly exitCode: ExitCode }> {
  const { locations, allowUnsigned, wholeDigest, programVersion } = request;
  const trust = await trustSettings({
    administratorFolder,
    ...(request.key === undefined ? {} : { key: request.key }),
    ...(request.policy === undefined ? {} : { policy: request.policy }),
  });
  await using compute = await openCompute();
  const ports = await judgingPorts(compute);
  const reports: (VerifyReport | FolderReport)[] = [];
  const unreadable: (ErrorJson & { readonly location: string })[] = [];
  for (const location of locations) {
    try {
      const folder = (await ports.source.list(location, run)) !== undefined;
      const common = { location, allowUnsigned, programVersion, ...trust };
      if (folder) reports.push(await verifyFolder(common, ports, run));
      else reports.push(await oneArchive({ ...common, wholeDigest }, ports, run));
    } catch (error) {
      if (locations.length === 1 || !(error instanceof CowaError) || run.signal.aborted)
        throw error;
      unreadable.push({ location, ...toErrorJson(error) });
    }
  }
  const exitCode = worstExitCode([
    ...reports.flatMap(exitCodesOf),
    ...unreadable.map((error) => error.exitCode),
  ]);
  const [only] = reports;
  if (locations.length === 1 && only !== undefined) return { result: only, exitCode };
  return {
    result: { schema: 'cowa-release/verify-list/v1', reports, unreadable, exitCode },
    exitCode,
  };
}

async function oneArchive(
  request: Parameters<typeof verifyArchive>[0],
  ports: Parameters<typeof verifyArchive>[1],
  run: Run,
): Promise<VerifyReport> {
  const step = `verify ${request.location}`;
  run.onProgress?.({ kind: 'step-started', step, title: request.location });
  try {
    const report = await verifyArchive(request, ports, runWithin(run, step));
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
    return report;
  } catch (error) {
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'failed' });
    throw error;
  }
}

function exitCodesOf(report: VerifyReport | FolderReport): readonly ExitCode[] {
  if (!('archives' in report)) return [report.verdict.exitCode];
  const unreadable = report.unreadable.map(() => exitCodes.input);
  return [
    report.verdict.exitCode,
    ...report.archives.map(({ verdict }) => verdict.exitCode),
    ...unreadable,
  ];
}

/** Text of a result for people, in the colours and the width of their terminal. */
export function renderVerifyResult(
  result: VerifyResult,
  { all, columns }: { readonly all: boolean; readonly columns: number | undefined },
): string {
  const options: RenderOptions = {
    all,
    columns: Math.max(40, Math.min(columns ?? 100, 120)),
    paint: (text, color) => styleText(color, text, { stream: process.stdout }),
  };
  if (!('reports' in result)) return renderOne(result, options);
  const broken = result.unreadable.map(({ location, code, message, suggestions }) =>
    [
      `UNREADABLE  ${location}`,
      `  Error [${code}]: ${message}`,
      ...suggestions.map((next) => `  next: ${next}`),
    ].join('\n'),
  );
  return [...result.reports.map((report) => renderOne(report, options)), ...broken].join('\n\n');
}

function renderOne(report: VerifyReport | FolderReport, options: RenderOptions): string {
  return 'archives' in report
    ? renderFolderVerdict(report, options)
    : renderVerdict(report, options);
}
