import { basename, dirname, join } from 'node:path';
import { styleText } from 'node:util';
import { isArchiveName } from '../archive/archive-name.ts';
import { parsePublicKey } from '../attestation/public-key.ts';
import { allChecks } from '../checks/all-checks.ts';
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts';
import { UsageError } from '../errors/families.ts';
import { digestOf } from '../oci/digest.ts';
import { gatherDossier } from '../operations/gather-dossier.ts';
import { type ArchiveContents, archiveContents } from '../operations/gather-dossier-contents.ts';
import { judgeReportFile } from '../operations/judge-report-file.ts';
import { reportStatementName } from '../operations/render-dossier.ts';
import { diffFileNames, writeDiff } from '../operations/write-diff.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { TrustedKey } from '../ports/signature-judge.ts';
import { type ComparedSide, compareDossiers } from '../report/diff/compare-dossiers.ts';
import { renderDiffHtml, renderDiffMarkdown } from '../report/diff/diff-blocks.ts';
import type { DossierDiff } from '../report/diff/dossier-diff.ts';
import { maxDossierBytes, parseDossier } from '../report/dossier/parse-dossier.ts';
import { renderJson } from '../report/render-json.ts';
import { renderYaml } from '../report/render-yaml.ts';
import type { Run } from '../support/run.ts';
import { readKeyFile } from './key-files.ts';
import { settleFolder, settleTargets } from './output-target.ts';
import { renderDiff } from './render-diff.ts';
import type { SigningKey } from './signing-key.ts';
import { type VerifyLocationsRequest, verifyLocations } from './verify-locations.ts';
import { judgingPorts, openCompute, outputFolder } from './wire.ts';
import { openSigning } from './wire-signer.ts';

/** Two things that cannot be compared as asked. */
class DiffError extends UsageError<'DIFF_SIGN_NO_OUT'> {} // a signature needs files it is over

export type DiffFormat = 'text' | 'json' | 'yaml' | 'markdown' | 'html';

export interface DiffRequest extends Omit<VerifyLocationsRequest, 'locations' | 'wholeDigest'> {
  readonly before: string;
  readonly after: string;
  /** Public keys that reports may be signed with. */
  readonly reportKeys: readonly string[];
  readonly format: DiffFormat;
  readonly all: boolean;
  readonly columns: number;
  readonly out?: string;
  readonly signKey?: SigningKey;
  readonly failOnChange: boolean;
  /** Files named by other flags: no output may replace one. */
  readonly inputs: readonly string[];
}

export interface DiffDone {
  readonly diff: DossierDiff;
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** Reads or judges both sides, compares them, and writes what was asked for. */
export async function runDiff(request: DiffRequest, run: Run): Promise<DiffDone> {
  const { before, after, out, signKey, programVersion } = request;
  if (signKey !== undefined && out === undefined)
    throw new DiffError('DIFF_SIGN_NO_OUT', '--sign-key signs files, and none are written', {
      suggestions: ['Give --out <folder>, too'],
    });
  const folder = out === undefined ? undefined : await settleOut(out, request);
  const signing =
    signKey === undefined
      ? undefined
      : await openSigning({ kind: 'key', key: signKey }, undefined, run);
  await using _signer = signing?.signer;
  const keys: TrustedKey[] = [];
  for (const path of request.reportKeys)
    keys.push({ origin: path, ...parsePublicKey(await readKeyFile(path)) });
  const sides = [
    await sideOf(before, keys, request, run),
    await sideOf(after, keys, request, run),
  ] as const;
  const diff = compareDossiers(sides[0], sides[1], programVersion);
  if (folder !== undefined)
    await writeDiff(
      diff,
      { output: await outputFolder(folder), signing, now: request.judging?.clock ?? new Date() },
      run,
    );
  return { diff, text: textOf(diff, request), exitCode: exitCodeOf(diff, keys, request) };
}

async function settleOut(out: string, { before, after, inputs }: DiffRequest): Promise<string> {
  const named = [before, after, ...inputs];
  const { path, exists } = await settleFolder({ flag: '--out', path: out }, named);
  if (exists)
    await settleTargets(
      Object.values(diffFileNames).map((name) => ({ flag: '--out', path: join(path, name) })),
      inputs,
    );
  return path;
}

/** A report by itself, with or without its statement, or archives that are judged now. */
async function sideOf(
  location: string,
  keys: readonly TrustedKey[],
  request: DiffRequest,
  run: Run,
): Promise<ComparedSide> {
  await using compute = await openCompute();
  const { source, signatures } = await judgingPorts(compute);
  const report = await reportAt(location, source, run);
  if (report === undefined) return await judgedSide(location, request, run);
  const bytes = await source.readSmall(report, maxDossierBytes, run);
  const dossier = parseDossier(bytes ?? new Uint8Array(), report);
  const digest = digestOf(bytes ?? '');
  const statement = await source.readSmall(
    join(dirname(report), reportStatementName),
    2 ** 24,
    run,
  );
  const signature = await judgeReportFile(digest, statement, keys, signatures, run);
  return { dossier, side: { location, kind: 'report', digest, signature } };
}

/** Where a report lies that is meant by a location; undefined: archives are. */
async function reportAt(
  location: string,
  source: ArchiveSource,
  run: Run,
): Promise<string | undefined> {
  if (location === '-') return undefined;
  const names = await source.list(location, run);
  if (names === undefined) return basename(location).endsWith('.json') ? location : undefined;
  const isRelease = names.some(isArchiveName);
  return !isRelease && names.includes('report.json') ? join(location, 'report.json') : undefined;
}

async function judgedSide(location: string, request: DiffRequest, run: Run): Promise<ComparedSide> {
  const { programVersion, judging = {} } = request;
  const date = judging.clock ?? new Date();
  const seen: ArchiveContents[] = [];
  const judged = await verifyLocations(
    {
      ...request,
      locations: [location],
      wholeDigest: true,
      judging: {
        ...judging,
        onFacts: (facts, deployment) => seen.push(archiveContents(facts, deployment)),
      },
    },
    run,
  );
  const dossier = gatherDossier({
    run: { command: 'report', date },
    result: judged.result,
    seen,
    policy: judged.policy,
    inputs: judged.inputs,
    scans: [],
    history: [],
    checks: allChecks(),
    programVersion,
  });
  const { outcome: verdict, headline } = dossier.verdict;
  const reason = verdict === 'pass' ? {} : { reason: headline };
  return {
    dossier,
    side: { location, kind: 'judged', signature: { state: 'judged', verdict, ...reason } },
  };
}

function textOf(diff: DossierDiff, { format, all, columns }: DiffRequest): string {
  if (format === 'json') return renderJson(diff);
  if (format === 'yaml') return renderYaml(diff);
  if (format === 'markdown') return renderDiffMarkdown(diff);
  if (format === 'html') return renderDiffHtml(diff);
  return renderDiff(diff, {
    columns,
    all,
    paint: (text, color) => styleText(color, text, { stream: process.stdout }),
  });
}

/** What was signed and is not what it was is worse than any change; what nobody could vouch for is not proven. */
function exitCodeOf(
  { before, after, outcome }: DossierDiff,
  keys: readonly TrustedKey[],
  { failOnChange, key, trust }: DiffRequest,
): ExitCode {
  const sides = [before.signature, after.signature];
  const states = sides.map(({ state }) => state);
  if (sides.some(({ state, verdict }) => state === 'invalid' || verdict === 'fail'))
    return exitCodes.verdictFail;
  if (failOnChange && outcome === 'different') return exitCodes.verdictFail;
  if (keys.length > 0 && states.includes('unsigned')) return exitCodes.verdictIncomplete;
  const isTrustGiven = key !== undefined || trust?.trustPolicy !== undefined;
  if (isTrustGiven && sides.some(({ verdict }) => verdict === 'incomplete'))
    return exitCodes.verdictIncomplete;
  return exitCodes.ok;
}
