import { join } from 'node:path';
import { allChecks } from '../checks/all-checks.ts';
import type { ExitCode } from '../errors/exit-codes.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { gatherDossier } from '../operations/gather-dossier.ts';
import { type ArchiveContents, archiveContents } from '../operations/gather-dossier-contents.ts';
import type { Judging } from '../operations/judge-checked.ts';
import {
  type DossierFile,
  renderDossier,
  reportStatementName,
  signDossier,
} from '../operations/render-dossier.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import type { Dossier, DossierRun } from '../report/dossier/dossier.ts';
import type { Run } from '../support/run.ts';
import { settleFolder, settleTargets } from './output-target.ts';
import { type EarlierRequest, readEarlier } from './report-inputs.ts';
import type { SigningKey } from './signing-key.ts';
import { type VerifyLocationsRequest, verifyLocations } from './verify-locations.ts';
import { outputFolder } from './wire.ts';
import { openSigning } from './wire-signer.ts';

/** What `report` was asked for. */
export interface ReportRunRequest
  extends Omit<VerifyLocationsRequest, 'wholeDigest' | 'quick' | 'signature'>,
    EarlierRequest {
  readonly said: Omit<DossierRun, 'date' | 'network' | 'policy' | 'tools' | 'insecure'>;
  readonly date: Date;
  readonly out: string;
  readonly signKey?: SigningKey;
  /** Files named by other flags: no output may replace one. */
  readonly inputs: readonly string[];
  readonly judging: Judging;
}

export interface ReportDone {
  readonly dossier: Dossier;
  readonly files: readonly { readonly name: string; readonly digest: string }[];
  readonly out: string;
  readonly exitCode: ExitCode;
}

const fileNames = [
  'report.json',
  'report.html',
  'report.md',
  'report.sarif',
  'report.junit.xml',
  'report.oscal.json',
  'report.intoto.jsonl',
];

/** Judges, gathers, writes every format and signs them. */
export async function runReport(request: ReportRunRequest, run: Run): Promise<ReportDone> {
  const { locations, inputs, out, signKey, programVersion } = request;
  const named = [...locations, ...inputs];
  const folder = await settleFolder({ flag: '--out', path: out }, named);
  if (folder.exists)
    await settleTargets(
      fileNames.map((name) => ({ flag: '--out', path: join(folder.path, name) })),
      inputs,
    );
  // Opened first: a wrong password is told before anything long begins.
  const signing =
    signKey === undefined
      ? undefined
      : await openSigning({ kind: 'key', key: signKey }, undefined, run);
  await using _signer = signing?.signer;
  const earlier = await readEarlier(request);
  const seen: ArchiveContents[] = [];
  const judged = await verifyLocations(
    {
      ...request,
      wholeDigest: true,
      judging: {
        ...request.judging,
        onFacts: (facts, deployment) => seen.push(archiveContents(facts, deployment)),
      },
    },
    run,
  );
  const { result, policy } = judged;
  const dossier = gatherDossier({
    run: { ...request.said, date: request.date },
    result,
    seen,
    policy,
    inputs: judged.inputs,
    ...earlier,
    checks: allChecks(),
    programVersion,
  });
  const files = await filesOf(dossier, result, signing, programVersion, run);
  const output = await outputFolder(folder.path);
  // What an earlier run left must not stand beside a report it is not about, its statement least of all.
  for (const name of fileNames)
    if (name === reportStatementName || !files.some((file) => file.name === name))
      await output.remove(name);
  for (const { name, bytes } of files) {
    await using file = await output.create(name);
    await file.write([bytes]);
    await file.commit();
  }
  return {
    dossier,
    files: files.map(({ name, digest }) => ({ name, digest })),
    out,
    exitCode: exitCodeOf(judged.exitCode, dossier),
  };
}

async function filesOf(
  dossier: Dossier,
  result: Parameters<typeof renderDossier>[1],
  signing: SignOncePorts | undefined,
  programVersion: string,
  run: Run,
): Promise<readonly DossierFile[]> {
  const context = { checks: allChecks(), programVersion, signed: signing !== undefined };
  const files = renderDossier(dossier, result, context);
  return signing === undefined
    ? files
    : [...files, await signDossier(dossier, files, signing, run)];
}

/** That of `verify`, unless something it does not look at is worse. */
function exitCodeOf(judged: ExitCode, { verdict }: Dossier): ExitCode {
  if (judged !== exitCodes.ok && judged !== exitCodes.verdictIncomplete) return judged;
  if (verdict.status === 'not-met') return exitCodes.verdictFail;
  return judged;
}
