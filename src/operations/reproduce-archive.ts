import type { Compute } from '../archive/compute.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { surveyArchive } from '../archive/survey-archive.ts';
import type { ArchiveFacts } from '../checks/facts.ts';
import { gatherFacts } from '../checks/gather-facts.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { InputError } from '../errors/families.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge, TrustedKey } from '../ports/signature-judge.ts';
import type { ReproducedDifference, ReproduceReport } from '../report/reproduce-report.ts';
import type { Run } from '../support/run.ts';
import { compareArchives } from './compare-archives.ts';
import { readDetached } from './read-beside.ts';
import { ReplayMiss, replayedSignatures } from './replayed-signatures.ts';
import type { SignOncePorts } from './sign-once.ts';

/** An archive that cannot be made again, or not compared. */
export class ReproduceError extends InputError<
  | 'REPRODUCE_UNREADABLE' // what was given cannot be read to its end
  | 'REPRODUCE_NOT_PLANNED' // the definition makes no archive of that name
> {}

export interface ReproduceRequest {
  readonly location: string;
  /** Whose signatures the archive carries; without it they are made by another key and told as such. */
  readonly key?: TrustedKey;
  readonly programVersion: string;
}

/** What is to be made again. */
export interface RebuildRequest {
  /** File name of the archive. */
  readonly name: string;
  /** Whether its packages carry SBOMs. */
  readonly sboms: boolean;
}

export interface ReproducePorts {
  readonly source: ArchiveSource;
  readonly compute: Compute;
  readonly signatures: SignatureJudge;
  /** A key for this purpose alone, where the given signatures do not hold over what is made. */
  readonly ownSigning: () => Promise<SignOncePorts>;
  /**
   * Makes the release again and says where the archive of that name lies.
   * @throws what kept it from being made; ReplayMiss where the given signatures did not fit
   */
  readonly rebuild: (
    wanted: RebuildRequest,
    signing: SignOncePorts | undefined,
    run: Run,
  ) => Promise<{ readonly source: ArchiveSource; readonly location: string }>;
}

/**
 * Makes an archive again and compares the two to the byte. Signatures are taken over where they hold over what was
 * made: then the archives are the same in every byte or differ in content.
 * @throws ReproduceError REPRODUCE_UNREADABLE
 */
export async function reproduceArchive(
  request: ReproduceRequest,
  ports: ReproducePorts,
  run: Run,
): Promise<ReproduceReport> {
  const { location, key, programVersion } = request;
  const given = await factsOf(ports.source, location, ports.compute, run);
  const name = given.identity.fileName ?? location;
  const { digest } = given.container;
  const fatal = given.container.problems.find((problem) => problem.fatal);
  if (fatal !== undefined || digest === undefined) {
    throw new ReproduceError(
      'REPRODUCE_UNREADABLE',
      `${name} cannot be read to its end: ${fatal?.message ?? 'it has no digest'}`,
      { suggestions: [`cowa-release verify ${location}`] },
    );
  }
  const detached = await readDetached(location, ports.source, run);
  const isSigned =
    detached.length > 0 || given.packages.some(({ files }) => files.has('zarf.bundle.sig'));
  const made = await rebuilt(name, { given, detached, isSigned, key }, ports, run);
  const again = await factsOf(made.source, made.location, ports.compute, run);
  const isSame = again.container.digest === digest;
  const differences = isSame ? [] : compareArchives(given, again);
  const outcome = isSame
    ? 'identical'
    : differences.every(({ kind }) => kind === 'signature' || kind === 'follows')
      ? 'same-content'
      : 'different';
  const firstByte = isSame
    ? undefined
    : await firstDifferentByte(ports.source, location, made.source, made.location, run);
  return {
    schema: 'cowa-release/reproduce-result/v1',
    program: { name: 'cowa-release', version: programVersion },
    archive: { name, digest, size: given.container.size },
    rebuilt: { digest: again.container.digest ?? digest, size: again.container.size },
    outcome,
    signatures: !isSigned ? 'none' : made.signatures,
    ...(firstByte === undefined ? {} : { firstByte }),
    differences,
    exitCode: outcome === 'different' ? exitCodes.verdictFail : exitCodes.ok,
  };
}

interface Given {
  readonly given: ArchiveFacts;
  readonly detached: Awaited<ReturnType<typeof readDetached>>;
  readonly isSigned: boolean;
  readonly key: TrustedKey | undefined;
}

async function rebuilt(
  name: string,
  { given, detached, isSigned, key }: Given,
  ports: ReproducePorts,
  run: Run,
): Promise<Awaited<ReturnType<ReproducePorts['rebuild']>> & { signatures: 'taken' | 'other' }> {
  const { signatures: judge, ownSigning, rebuild } = ports;
  const sboms = given.packages.some(({ files }) => files.has('sboms.tar'));
  const wanted = { name, sboms };
  if (!isSigned) return { ...(await rebuild(wanted, undefined, run)), signatures: 'other' };
  if (key !== undefined) {
    try {
      const replayed = replayedSignatures(given, detached, key, judge);
      return { ...(await rebuild(wanted, replayed, run)), signatures: 'taken' };
    } catch (error) {
      if (!(error instanceof ReplayMiss)) throw error;
    }
  }
  return { ...(await rebuild(wanted, await ownSigning(), run)), signatures: 'other' };
}

async function factsOf(
  source: ArchiveSource,
  location: string,
  compute: Compute,
  run: Run,
): Promise<ArchiveFacts> {
  await using archive = await source.open(location, run);
  const survey = await surveyArchive(
    { chunks: archive.chunks(run) },
    defaultReadLimits,
    { wholeDigest: true },
    compute,
    run,
  );
  const size = archive.size ?? survey.container.size;
  return gatherFacts(
    { ...survey, container: { ...survey.container, size } },
    {
      fileName: archive.fileName,
      signatures: { key: undefined, allowUnsigned: true, archive: undefined, members: new Map() },
      budget: { policyOrigin: undefined, limits: [] },
    },
  );
}

/** Reads both side by side, a chunk of each at a time. */
async function firstDifferentByte(
  source: ArchiveSource,
  location: string,
  other: ArchiveSource,
  otherLocation: string,
  run: Run,
): Promise<number> {
  await using a = await source.open(location, run);
  await using b = await other.open(otherLocation, run);
  const [left, right] = [a.chunks(run), b.chunks(run)].map((chunks) =>
    chunks[Symbol.asyncIterator](),
  );
  if (left === undefined || right === undefined) return 0;
  try {
    let [one, two] = [Buffer.alloc(0), Buffer.alloc(0)];
    for (let at = 0; ; ) {
      // Copied: the memory of a chunk may be used again.
      if (one.length === 0) one = Buffer.from((await left.next()).value ?? []);
      if (two.length === 0) two = Buffer.from((await right.next()).value ?? []);
      const length = Math.min(one.length, two.length);
      if (length === 0) return at;
      if (one.subarray(0, length).equals(two.subarray(0, length))) {
        one = one.subarray(length);
        two = two.subarray(length);
        at += length;
      } else {
        for (let index = 0; index < length; index += 1)
          if (one[index] !== two[index]) return at + index;
      }
    }
  } finally {
    await left.return?.();
    await right.return?.();
  }
}

/** The difference that says most, in words; undefined where there is none. */
export function firstDifference({
  differences,
}: Pick<ReproduceReport, 'differences'>): string | undefined {
  const [first] = differences;
  return first === undefined ? undefined : differenceText(first);
}

/** One difference on a line. */
export function differenceText({ kind, package: of, message }: ReproducedDifference): string {
  return `${kind}: ${of === undefined ? '' : `${of}: `}${message}`;
}
