import type { ExitCode } from '../errors/exit-codes.ts';
import { EnvironmentError, InputError } from '../errors/families.ts';
import type { ReportKind } from '../report/report-kinds.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import { printable } from '../support/printable.ts';
import type { Run } from '../support/run.ts';
import type { Attesting } from './attest-from-flags.ts';
import { renderError, toErrorJson } from './error-output.ts';
import { settleTargets } from './output-target.ts';
import { renderVerifyResult } from './render-verify-result.ts';
import { type VerifyLocationsRequest, verifyLocations } from './verify-locations.ts';
import {
  dossierFolder,
  parseReportTarget,
  type ReportTarget,
  renderFormat,
  writeReports,
  writeWhole,
} from './write-reports.ts';

export interface VerifyRunRequest extends VerifyLocationsRequest {
  /** Format of standard output. */
  readonly format: ReportKind | 'text';
  /** `kind=path`, as given. */
  readonly reports: readonly string[];
  /** Files named by other flags: no output may replace one. */
  readonly inputs: readonly string[];
  /** Where the signed verdict goes, and who signs it. */
  readonly attest?: Attesting | undefined;
  /** List passed checks in text. */
  readonly all: boolean;
  readonly columns: number;
  /** Nothing but results and errors is told. */
  readonly quiet: boolean;
  /** Write workflow commands of GitHub Actions. */
  readonly annotate: boolean;
}

export interface VerifyRunResult {
  readonly result: VerifyResult;
  readonly exitCode: ExitCode;
  /** What goes to standard output. */
  readonly text: string;
  /** What goes to standard error besides progress: what was written, an error that is in the reports, workflow commands. */
  readonly aside: string;
}

type Judged = Pick<VerifyRunResult, 'result' | 'exitCode'> &
  (Awaited<ReturnType<typeof verifyLocations>> | { readonly failure: Error });

/** Judges, signs the verdict and writes the reports that were asked for, and says what is to be printed. */
export async function runVerify(request: VerifyRunRequest, run: Run): Promise<VerifyRunResult> {
  const selection = request.judging?.selection;
  await requireChecks([...(selection?.only ?? []), ...(selection?.skip ?? [])]);
  const targets = await settle(request);
  const folders = request.reports.flatMap((text) => dossierFolder(text) ?? []);
  const dossier =
    folders.length === 0
      ? undefined
      : await (await import('./verify-dossier.ts')).prepareDossiers(folders, request);
  const judged = await judgeAndSign(dossier?.request ?? request, targets.attest, run);
  const { result, exitCode } = judged;
  const { format, programVersion, all, columns } = request;
  await writeReports(targets.reports, result, programVersion);
  if ('policy' in judged) await dossier?.write(judged, run);
  const failure = 'failure' in judged ? judged.failure : undefined;
  // Text and data formats have a form for errors; the others tell them as results.
  if (failure !== undefined && (format === 'text' || format === 'json' || format === 'yaml'))
    throw failure;
  return {
    result,
    exitCode,
    text:
      format === 'text'
        ? renderVerifyResult(result, { all, columns })
        : await renderFormat(format, result, programVersion),
    aside: [
      ...writtenTexts(request, 'accepted' in judged ? judged.accepted : undefined),
      failure === undefined ? '' : renderError(toErrorJson(failure), failure.cause, undefined),
      request.annotate ? await annotationsOf(result, programVersion) : '',
    ].join(''),
  };
}

/** What lies there now that did not before; a line each. */
function writtenTexts(
  { reports, attest, quiet }: VerifyRunRequest,
  accepted: string | undefined,
): readonly string[] {
  if (quiet) return [];
  return [
    ...reports.map((each) => `--report: ${each.slice(each.indexOf('=') + 1)} was written`),
    ...(attest === undefined ? [] : [`--attest: ${attest.path} was written: the signed verdict`]),
    ...(accepted === undefined ? [] : [accepted]),
  ].map((line) => `${printable(line)}\n`);
}

/** The whole catalogue takes time to load: only who names checks needs it. @throws CheckLookupError CHECK_PATTERN_UNKNOWN */
async function requireChecks(patterns: readonly string[]): Promise<void> {
  if (patterns.length === 0) return;
  const { requirePatterns } = await import('../checks/find-check.ts');
  requirePatterns(patterns);
}

/** Workflow commands of GitHub Actions. */
async function annotationsOf(result: VerifyResult, programVersion: string): Promise<string> {
  const { renderAnnotations } = await import('../report/render-annotations.ts');
  const { toReportView } = await import('../report/report-view.ts');
  return renderAnnotations(toReportView(result, programVersion));
}

interface Targets {
  readonly reports: readonly ReportTarget[];
  /** File of the signed verdict. */
  readonly attest: string | undefined;
}

/** Where everything goes that is written, before anything long begins. @throws OutputTargetError */
async function settle({ reports, attest, locations, inputs }: VerifyRunRequest): Promise<Targets> {
  const wanted = reports
    .filter((text) => dossierFolder(text) === undefined)
    .map((text) => parseReportTarget(text, true));
  const signed = attest === undefined ? [] : [{ flag: '--attest', path: attest.path }];
  const paths = await settleTargets(
    [...wanted.map(({ path }) => ({ flag: '--report', path })), ...signed],
    [...locations, ...inputs],
  );
  return {
    reports: wanted.map(({ kind, path }, index) => ({ kind, path: paths[index] ?? path })),
    attest: attest === undefined ? undefined : paths.at(-1),
  };
}

/** The key is opened first: a wrong password is told before the archive is read. */
async function judgeAndSign(
  request: VerifyRunRequest,
  path: string | undefined,
  run: Run,
): Promise<Judged> {
  const { attest, programVersion, judging } = request;
  if (attest === undefined || path === undefined) return judge(request, run);
  const { attestationOf, openAttesting } = await import('./attest-from-flags.ts');
  const signing = await openAttesting(attest, run);
  try {
    const judged = await judge(request, run);
    // What cannot be opened has no digest that could be signed.
    if ('failure' in judged) throw judged.failure;
    const said = { now: judging?.clock ?? new Date(), programVersion };
    await writeWhole(path, await attestationOf(judged, signing, said, run));
    return judged;
  } finally {
    await signing.signer[Symbol.asyncDispose]();
  }
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
