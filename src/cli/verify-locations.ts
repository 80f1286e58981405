import { type ExitCode, worstExitCode } from '../errors/exit-codes.ts';
import { CowaError, UsageError } from '../errors/families.ts';
import type { Judging } from '../operations/judge-checked.ts';
import { type Located, locateParts } from '../operations/locate-parts.ts';
import { notPossible } from '../operations/quick-survey.ts';
import { linesOf, type StatementLine } from '../operations/read-beside.ts';
import { type RecordedInput, recordInputs } from '../operations/record-inputs.ts';
import type { TrustInputs } from '../operations/trust-inputs.ts';
import { type VerifyPorts, verifyArchive } from '../operations/verify-archive.ts';
import type { verifyFolder } from '../operations/verify-folder.ts';
import type { FailOn, Policy } from '../policy/policy.ts';
import { ArchiveSourceError } from '../ports/archive-source.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import type { UnreadableLocation, VerifyResult } from '../report/verify-list-report.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { type Run, runWithin } from '../support/run.ts';
import { toErrorJson } from './error-output.ts';
import {
  keepAccepted,
  openAcceptance,
  type TrustChoice,
  trustFiles,
  trustInputsOf,
} from './trust-from-flags.ts';
import { administratorFolder, trustSettings } from './trust-settings.ts';
import { judgingPorts, openCompute } from './wire.ts';

export interface VerifyLocationsRequest {
  readonly locations: readonly string[];
  readonly key?: string;
  readonly policy?: string;
  /** Who may sign what, and what was accepted last. */
  readonly trust?: TrustChoice;
  /** File with the detached signature of the only archive that is named. */
  readonly signature?: string;
  /** File with statements about how the only archive that is named was made. */
  readonly provenance?: string;
  readonly allowUnsigned: boolean;
  readonly wholeDigest: boolean;
  /** Metadata and signatures only: never a pass. */
  readonly quick?: boolean;
  /** Which checks, and by what clock. */
  readonly judging?: Judging;
  /** Judge as if no approvals were demanded: for whoever is about to give one. */
  readonly withoutApprovals?: boolean;
  /** Judges with these instead of its own, and leaves them open: a drill. */
  readonly ports?: VerifyPorts;
  /** What keeps an archive from passing besides what the policy says. */
  readonly failOn?: readonly FailOn[];
  readonly programVersion: string;
}

/** A signature or statement was named that nothing here can be judged by. */
class SignatureFlagError extends UsageError<'SIGNATURE_ONE_BUNDLE' | 'PROVENANCE_ONE_ARCHIVE'> {}

const maxSignatureBytes = 2 ** 20;
const maxStatementBytes = 2 ** 24;

/** Judges each location; one that cannot be opened does not keep the others from being judged. */
export async function verifyLocations(
  request: VerifyLocationsRequest,
  run: Run,
): Promise<{
  readonly result: VerifyResult;
  readonly exitCode: ExitCode;
  /** In force: what was given, with what the flags add. */
  readonly policy: Policy;
  /** What was read besides the archives. */
  readonly inputs: readonly RecordedInput[];
  /** What became of the record of what was accepted, in words. */
  readonly accepted?: string;
}> {
  const { locations, allowUnsigned, wholeDigest, programVersion, judging = {} } = request;
  const choice = request.trust ?? { warnDays: 0 };
  const given = await trustSettings({
    administratorFolder,
    ...(choice.trustPolicy === undefined ? {} : { trustPolicy: choice.trustPolicy }),
    ...(request.key === undefined ? {} : { key: request.key }),
    ...(request.policy === undefined ? {} : { policy: request.policy }),
  });
  const acceptance = await openAcceptance(choice, run);
  await using _signer = acceptance?.signer;
  const failOn = [...new Set([...given.policy.failOn, ...(request.failOn ?? [])])];
  const policy = { ...given.policy, failOn };
  await using opened = request.ports === undefined ? await ownPorts() : lent(request.ports);
  const { source, recorded } = recordInputs(opened.source);
  const ports = { ...opened, source };
  const asked = await trustInputsOf(
    given,
    choice,
    { clock: judging.clock ?? new Date(), source, judge: ports.signatures, acceptance },
    run,
  );
  const trust = request.withoutApprovals === true ? withoutApprovers(asked) : asked;
  const believed = {
    policy,
    ...(given.key === undefined ? {} : { key: given.key }),
    ...(trust === undefined ? {} : { trust }),
  };
  const reports: (VerifyReport | FolderReport)[] = [];
  const unreadable: UnreadableLocation[] = [];
  const located = await locateParts(locations, ports.source, run);
  const signature = await namedSignature(request, located, ports, run);
  const provenance = await namedProvenance(request, located, ports, run);
  for (const each of located) {
    const location = locationOf(each);
    try {
      const common = { location, allowUnsigned, wholeDigest, programVersion, judging, ...believed };
      if (each.kind === 'folder') {
        if (signature !== undefined) throw oneBundle();
        if (provenance !== undefined) throw oneArchiveOnly();
        if (request.quick === true)
          throw notPossible(location, 'it is a folder, whose files are compared byte by byte');
        // Nothing but parts of archives that are judged elsewhere: a disc of several.
        if (each.lent.size > 0 && each.sets.length === 0) {
          const names = (await ports.source.list(location, run)) ?? [];
          if (names.every((name) => each.lent.has(name))) continue;
        }
        reports.push(await oneFolder({ ...common, ...each }, ports, run));
      } else {
        const detached = {
          ...(signature === undefined ? {} : { signature }),
          ...(provenance === undefined ? {} : { provenance }),
        };
        const parts = each.kind === 'parts' ? { parts: each.set } : {};
        const quick = request.quick ?? false;
        const report = await oneArchive({ ...common, quick, ...detached, ...parts }, ports, run);
        if (signature !== undefined && report.archive.format === 'zarf-package') throw oneBundle();
        reports.push(report);
      }
    } catch (error) {
      if (located.length === 1 || !(error instanceof CowaError) || run.signal.aborted) throw error;
      unreadable.push({ location, ...toErrorJson(error) });
    }
  }
  const exitCode = worstExitCode([
    ...reports.map(({ verdict }) => verdict.exitCode),
    ...unreadable.map((error) => error.exitCode),
  ]);
  const [only] = reports;
  const result: VerifyResult =
    reports.length === 1 && unreadable.length === 0 && only !== undefined
      ? only
      : { schema: 'cowa-release/verify-list/v1', reports, unreadable, exitCode };
  const accepted = await keepAccepted(result, { choice, trust, acceptance }, run);
  return {
    ...(accepted === undefined ? {} : { accepted }),
    result,
    exitCode,
    policy,
    inputs: [...recorded(), ...trustFiles(trust)],
  };
}

async function ownPorts(): Promise<VerifyPorts & AsyncDisposable> {
  const compute = await openCompute();
  return {
    ...(await judgingPorts(compute)),
    [Symbol.asyncDispose]: () => compute[Symbol.asyncDispose](),
  };
}

function lent(ports: VerifyPorts): VerifyPorts & AsyncDisposable {
  return { ...ports, [Symbol.asyncDispose]: () => Promise.resolve() };
}

function withoutApprovers(trust: TrustInputs | undefined): TrustInputs | undefined {
  if (trust === undefined) return undefined;
  const rules = trust.policy.rules.map((rule) => ({ ...rule, approvers: [] }));
  return { ...trust, policy: { ...trust.policy, rules } };
}

function locationOf(each: Located): string {
  return each.kind === 'parts' ? each.set.location : each.location;
}

/** Never passed over: whoever names a signature wants it judged. */
async function namedSignature(
  { signature }: VerifyLocationsRequest,
  located: readonly Located[],
  { source }: Parameters<typeof verifyArchive>[1],
  run: Run,
): Promise<Uint8Array | undefined> {
  if (signature === undefined) return undefined;
  if (located.length !== 1) throw oneBundle();
  const bytes = await source.readSmall(signature, maxSignatureBytes, run);
  if (bytes !== undefined) return bytes;
  throw new ArchiveSourceError('ARCHIVE_MISSING', `the signature ${signature} does not exist`, {
    suggestions: ['Check the path'],
  });
}

function oneBundle(): SignatureFlagError {
  return new SignatureFlagError(
    'SIGNATURE_ONE_BUNDLE',
    '--signature goes with one bundle; packages carry their own, and folders have theirs in them',
    { suggestions: ['Leave --signature out, or name one bundle, or - for standard input'] },
  );
}

/** Loaded only for a folder. */
async function oneFolder(...given: Parameters<typeof verifyFolder>): Promise<FolderReport> {
  const { verifyFolder } = await import('../operations/verify-folder.ts');
  return verifyFolder(...given);
}

/** As a signature that is named: never passed over. */
async function namedProvenance(
  { provenance }: VerifyLocationsRequest,
  located: readonly Located[],
  { source }: Parameters<typeof verifyArchive>[1],
  run: Run,
): Promise<readonly StatementLine[] | undefined> {
  if (provenance === undefined) return undefined;
  if (located.length !== 1) throw oneArchiveOnly();
  const bytes = await source.readSmall(provenance, maxStatementBytes, run);
  if (bytes !== undefined) return linesOf(provenance.slice(provenance.lastIndexOf('/') + 1), bytes);
  throw new ArchiveSourceError('ARCHIVE_MISSING', `the provenance ${provenance} does not exist`, {
    suggestions: ['Check the path'],
  });
}

function oneArchiveOnly(): SignatureFlagError {
  return new SignatureFlagError(
    'PROVENANCE_ONE_ARCHIVE',
    '--provenance goes with one archive; folders have theirs in them',
    { suggestions: ['Leave --provenance out, or name one archive, or - for standard input'] },
  );
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
