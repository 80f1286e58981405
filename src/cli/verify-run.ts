import { allChecks } from '../checks/all-checks.ts';
import { requirePatterns } from '../checks/find-check.ts';
import type { ExitCode } from '../errors/exit-codes.ts';
import { EnvironmentError, InputError } from '../errors/families.ts';
import { renderReport } from '../operations/render-report.ts';
import { renderAnnotations } from '../report/render-annotations.ts';
import type { ReportKind } from '../report/report-kinds.ts';
import { toReportView } from '../report/report-view.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import type { Run } from '../support/run.ts';
import { renderError, toErrorJson } from './error-output.ts';
import { settleTargets } from './output-target.ts';
import { renderVerifyResult } from './render-verify-result.ts';
import { type VerifyLocationsRequest, verifyLocations } from './verify-locations.ts';
import { parseReportTarget, writeReports } from './write-reports.ts';

export interface VerifyRunRequest extends VerifyLocationsRequest {
  /** Format of standard output. */
  readonly format: ReportKind | 'text';
  /** `kind=path`, as given. */
  readonly reports: readonly string[];
  /** Files named by other flags: no report may replace one. */
  readonly inputs: readonly string[];
  /** List passed checks in text. */
  readonly all: boolean;
  readonly columns: number | undefined;
  /** Write workflow commands of GitHub Actions. */
  readonly annotate: boolean;
}

export interface VerifyRunResult {
  readonly result: VerifyResult;
  readonly exitCode: ExitCode;
  /** What goes to standard output. */
  readonly text: string;
  /** What goes to standard error besides progress: an error that is in the reports, workflow commands. */
  readonly aside: string;
}

interface Judged extends Pick<VerifyRunResult, 'result' | 'exitCode'> {
  /** What kept everything that was named from being judged. */
  readonly failure?: Error;
}

/** Judges, writes the reports that were asked for, and says what is to be printed. */
export async function runVerify(request: VerifyRunRequest, run: Run): Promise<VerifyRunResult> {
  const { format, programVersion, locations, all, columns } = request;
  const selection = request.judging?.selection;
  requirePatterns([...(selection?.only ?? []), ...(selection?.skip ?? [])]);
  const reports = request.reports.map(parseReportTarget);
  const paths = await settleTargets(
    reports.map(({ path }) => ({ flag: '--report', path })),
    [...locations, ...request.inputs],
  );
  const targets = reports.map(({ kind, path }, index) => ({ kind, path: paths[index] ?? path }));
  const { result, exitCode, failure } = await judge(request, run);
  await writeReports(targets, result, programVersion);
  // Text and data formats have a form for errors; the others tell them as results.
  if (failure !== undefined && (format === 'text' || format === 'json' || format === 'yaml'))
    throw failure;
  return {
    result,
    exitCode,
    text:
      format === 'text'
        ? renderVerifyResult(result, { all, columns })
        : renderReport(format, result, { checks: allChecks(), programVersion }),
    aside: [
      failure === undefined ? '' : renderError(toErrorJson(failure), failure.cause, undefined),
      request.annotate ? renderAnnotations(toReportView(result, programVersion)) : '',
    ].join(''),
  };
}

/** What cannot be opened is a result, too, for whoever collects reports. */
async function judge(request: VerifyRunRequest, run: Run): Promise<Judged> {
  try {
    return await verifyLocations(request, run);
  } catch (failure) {
    const told = failure instanceof InputError || failure instanceof EnvironmentError;
    if (!told || run.signal.aborted) throw failure;
    const error = toErrorJson(failure);
    const location = request.locations.join(' ');
    return {
      result: {
        schema: 'cowa-release/verify-list/v1',
        reports: [],
        unreadable: [{ location, ...error }],
        exitCode: error.exitCode,
      },
      exitCode: error.exitCode,
      failure,
    };
  }
}
