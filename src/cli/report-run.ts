import type { ExitCode } from '../errors/exit-codes.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { type ArchiveContents, archiveContents } from '../operations/gather-dossier-contents.ts';
import type { Judging } from '../operations/judge-checked.ts';
import type { NamedDigest } from '../operations/release-files.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import type { Dossier, DossierRun } from '../report/dossier/dossier.ts';
import type { Run } from '../support/run.ts';
import { type EarlierRequest, readEarlier } from './report-inputs.ts';
import type { SigningKey } from './signing-key.ts';
import { type VerifyLocationsRequest, verifyLocations } from './verify-locations.ts';
import { openSigning } from './wire-signer.ts';
import { settleDossier, writeDossier } from './write-dossier.ts';

/** What `report` was asked for. */
export interface ReportRunRequest
  extends Omit<VerifyLocationsRequest, 'wholeDigest' | 'quick' | 'signature'>,
    EarlierRequest {
  readonly said: Omit<DossierRun, 'date' | 'network' | 'policy' | 'tools' | 'insecure'>;
  readonly date: Date;
  readonly out: string;
  readonly signKey?: SigningKey;
  /** Who signs it, where that was opened before. */
  readonly signing?: SignOncePorts;
  /** Files named by other flags: no output may replace one. */
  readonly inputs: readonly string[];
  readonly judging: Judging;
}

export interface ReportDone {
  readonly dossier: Dossier;
  readonly files: readonly NamedDigest[];
  readonly out: string;
  /** Files of `--history` that are no reports. */
  readonly passedOver: readonly string[];
  readonly exitCode: ExitCode;
}

/** Judges, gathers, writes every format and signs them. */
export async function runReport(request: ReportRunRequest, run: Run): Promise<ReportDone> {
  const { locations, inputs, out, signKey, programVersion } = request;
  const folder = await settleDossier(
    { flag: '--out', path: out },
    locations,
    inputs,
    (request.signing ?? signKey) !== undefined,
  );
  // Opened first: a wrong password is told before anything long begins.
  const opened =
    signKey === undefined
      ? undefined
      : await openSigning({ kind: 'key', key: signKey }, undefined, run);
  await using _signer = opened?.signer;
  const { passedOver, ...earlier } = await readEarlier(request);
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
  const { dossier, files } = await writeDossier(
    folder,
    {
      run: { ...request.said, date: request.date },
      result: judged.result,
      seen,
      policy: judged.policy,
      inputs: judged.inputs,
      ...earlier,
      programVersion,
    },
    request.signing ?? opened,
    run,
  );
  return {
    dossier,
    files: files.map(({ name, digest }) => ({ name, digest })),
    out,
    passedOver,
    exitCode: exitCodeOf(judged.exitCode, dossier),
  };
}

/** That of `verify`, unless something it does not look at is worse. */
function exitCodeOf(judged: ExitCode, { verdict }: Dossier): ExitCode {
  if (judged !== exitCodes.ok && judged !== exitCodes.verdictIncomplete) return judged;
  if (verdict.status === 'not-met') return exitCodes.verdictFail;
  return judged;
}
