import { isArchiveName } from '../archive/archive-name.ts';
import type { Compute } from '../archive/compute.ts';
import { matchRelease, type PresentFile } from '../attestation/release-difference.ts';
import type { Release } from '../attestation/release-statement.ts';
import type { ReleaseFolderFacts } from '../checks/folder-check.ts';
import { folderChecks, runFolderChecks } from '../checks/release-folder.ts';
import { CowaError } from '../errors/families.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import type { Policy } from '../policy/policy.ts';
import { sumUp } from '../policy/sum-up.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge, TrustedKey } from '../ports/signature-judge.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { type Run, runWithin } from '../support/run.ts';
import { splitPartName } from '../zarf/split-part.ts';
import { findReleaseApprovals, isReleaseApproval } from './approval-files.ts';
import { isUncovered, namesOf, partsOf, unjudgedOf } from './folder-files.ts';
import { hashChunks } from './hash-chunks.ts';
import { type Judging, judgeChecked } from './judge-checked.ts';
import { locatePartsIn, type PartSet } from './locate-parts.ts';
import { nothingToJudge } from './nothing-to-judge.ts';
import { isReleaseStatement, readReleaseLines } from './read-beside.ts';
import { type ReleaseRead, readRelease } from './read-release.ts';
import { readSums } from './read-sums.ts';
import { releaseFileNames } from './release-files.ts';
import { releaseStatementName } from './release-statement.ts';
import { renderedInFolder } from './rendered-in-folder.ts';
import { releaseRecord, reportedTrust } from './report-trust.ts';
import { type TrustInputs, trustOf } from './trust-inputs.ts';
import { verifyArchive } from './verify-archive.ts';

export interface VerifyFolderRequest {
  readonly location: string;
  /** Split archives judged with this folder, wherever their parts lie; default: those whose parts lie in it. */
  readonly sets?: readonly PartSet[];
  /** Names in the folder that belong to a split archive judged elsewhere. */
  readonly lent?: ReadonlySet<string>;
  readonly key?: TrustedKey;
  /** Who may sign what, where that is more than one key. */
  readonly trust?: TrustInputs;
  readonly policy: Policy;
  readonly allowUnsigned: boolean;
  /** Compute the SHA-256 of every archive, also where nothing lists it. */
  readonly wholeDigest?: boolean;
  /** Which checks, and by what clock. */
  readonly judging?: Judging;
  readonly programVersion: string;
}

export interface VerifyFolderPorts {
  readonly source: ArchiveSource;
  readonly compute: Compute;
  readonly signatures: SignatureJudge;
}

/**
 * Judges every archive of a folder, and the folder against the release statement in it.
 * An archive that cannot be opened at all is listed with its error; the others are judged.
 * @throws ArchiveSourceError for the folder itself, also when there is nothing in it to judge
 */
export async function verifyFolder(
  request: VerifyFolderRequest,
  ports: VerifyFolderPorts,
  run: Run,
): Promise<FolderReport> {
  const { location, key, policy, allowUnsigned, programVersion } = request;
  const names = (await ports.source.list(location, run)) ?? [];
  const sets = request.sets ?? (await locatePartsIn(location, names, ports.source, run));
  const split = new Map(sets.map((set) => [set.stem, set]));
  const pieces = new Set([...(request.lent ?? []), ...sets.flatMap(namesOf)]);
  const statement = await readStatement(request, names, ports, run);
  const sums = await readSums(location, names, ports, run);
  const wholeDigest =
    request.wholeDigest === true || statement.outcome === 'valid' || sums !== undefined;
  const judged = {
    // The statement is the folder's to show.
    policy: { ...policy, required: policy.required.filter((area) => area !== 'statement') },
    allowUnsigned,
    programVersion,
    wholeDigest,
    judging: { ...request.judging, withinFolder: true },
    ...(key === undefined ? {} : { key }),
    ...(request.trust === undefined ? {} : { trust: request.trust }),
    ...(statement.outcome === 'valid'
      ? { release: { location: releaseStatementName, ...statement } }
      : {}),
  };
  const archiveNames = [...names.filter(isArchiveName), ...split.keys()];
  const archives: VerifyReport[] = [];
  const unreadable: {
    name: string;
    code: string;
    message: string;
    suggestions: readonly string[];
  }[] = [];
  const files: { name: string; size: number; digest?: Digest }[] = [];
  const present: PresentFile[] = [];
  // A piece of a split archive is a file of its own only where it is listed as one.
  const listed = new Set([
    ...(sums?.lines ?? []).map(({ name }) => name),
    ...(statement.outcome === 'valid' ? statement.release.files.map(({ name }) => name) : []),
  ]);
  const work: readonly { readonly name: string; readonly set?: PartSet }[] = [
    ...names
      .filter((name) => !pieces.has(name) || listed.has(name))
      .map((name) => ({ name }) as const),
    ...sets.map((set) => ({ name: set.stem, set })),
  ].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const incomplete: string[] = [];
  for (const { name, set } of work) {
    run.signal.throwIfAborted();
    if (name.endsWith('/')) {
      present.push({ name, digest: digestFromHex('0'.repeat(64)) });
      continue;
    }
    const path = `${location}/${name}`;
    const step = `verify ${name}${set === undefined ? '' : ' in parts'}`;
    try {
      if (set !== undefined || isArchiveName(name)) {
        run.onProgress?.({ kind: 'step-started', step, title: name });
        const report = await verifyArchive(
          set === undefined
            ? { location: path, ...judged }
            : { location: set.location, parts: set, ...judged },
          ports,
          runWithin(run, step),
        );
        run.onProgress?.({
          kind: 'step-finished',
          step,
          outcome: report.verdict.outcome === 'fail' ? 'failed' : 'done',
        });
        archives.push(report);
        const { size, digest, root } = report.archive;
        files.push({ name, size, ...(digest === undefined ? {} : { digest }) });
        if (set !== undefined && digest === undefined) incomplete.push(name);
        if (digest === undefined || isSame(present, name, digest)) continue;
        // Its parts are listed one by one instead.
        if (set !== undefined && !listed.has(name) && partsOf(set).every((one) => listed.has(one)))
          continue;
        // Whole and in parts, and not the same: two archives of one name.
        const twin = set !== undefined && present.some((other) => other.name === name);
        present.push({
          name: twin ? splitPartName(name, 0) : name,
          digest,
          ...(root === undefined ? {} : { root }),
        });
      } else {
        const { size, digest } = await hashFile(path, ports, run);
        files.push({ name, size, digest });
        present.push({ name, digest });
      }
    } catch (error) {
      if (!(error instanceof CowaError) || run.signal.aborted) throw error;
      run.onProgress?.({ kind: 'step-finished', step, outcome: 'failed', note: error.message });
      unreadable.push({
        name,
        code: error.code,
        message: error.message,
        suggestions: error.suggestions,
      });
    }
  }
  const nothing = archives.length === 0 && unreadable.length === 0 && pieces.size === 0;
  if (nothing && statement.outcome === 'absent') {
    throw await nothingToJudge(location, names, ports.source, run);
  }
  const digests = new Map(present.map(({ name, digest }) => [name, digest]));
  const facts: ReleaseFolderFacts = {
    folder: location,
    statement:
      statement.outcome === 'valid'
        ? {
            ...statement,
            difference: matchRelease(
              statement.release,
              present.filter(({ name }) => !isUncovered(name, archiveNames)),
            ),
          }
        : statement,
    marks: names.filter((name) => isReleaseApproval(name) || name === releaseFileNames.fingerprint),
    keyGiven: trustOf(request) !== undefined,
    allowUnsigned,
    // One that could not be read says so itself.
    sums: sums?.lines
      .filter(({ name }) => !unreadable.some((each) => each.name === name))
      .map(({ name, expected }) => ({ name, expected, actual: digests.get(name) })),
    sumsFaults: sums?.faults ?? [],
    rendered: await renderedInFolder(location, statement, archives, ports, run),
    unjudged: unjudgedOf(names, pieces, archiveNames),
    incomplete,
  };
  const insecure = allowUnsigned ? ['--insecure-allow-unsigned'] : [];
  const { findings, verdict } = judgeChecked(
    folderChecks,
    (chosen) => runFolderChecks(facts).filter(({ id }) => chosen.some((check) => check.id === id)),
    { ...policy, required: requiredOf(policy, statement, request.trust?.since !== undefined) },
    {
      name: location,
      insecure,
      signedTimes:
        statement.outcome === 'valid' ? [new Date(1000 * statement.release.sourceDateEpoch)] : [],
    },
    request.judging,
  );
  const record = releaseRecord(statement);
  return {
    schema: 'cowa-release/verify-folder-report/v1',
    program: { name: 'cowa-release', version: programVersion },
    folder: location,
    trust: reportedTrust(request, insecure),
    release: statement.outcome === 'valid' ? identityOf(statement.release) : null,
    ...(record === undefined ? {} : { record }),
    ...(statement.approvals === undefined ? {} : { approvals: statement.approvals }),
    ...(statement.approvers === undefined ? {} : { approvers: statement.approvers }),
    files,
    ...(names.includes(releaseFileNames.runLog) ? { notLookedAt: [releaseFileNames.runLog] } : {}),
    archives,
    unreadable,
    findings,
    verdict: withoutRelease(
      sumUp(verdict, {
        subject: location,
        parts: archives.map((each) => each.verdict),
        unreadable: unreadable.length,
      }),
      statement,
    ),
  };
}

/**
 * Of a folder: its statement, where there is one or the policy wants one, and what else is judged of folders.
 * Who compares with what was accepted last can do so by a statement only.
 */
function requiredOf(
  { required }: Policy,
  { outcome }: ReleaseRead,
  since: boolean,
): Policy['required'] {
  const own = required.filter((area) => folderChecks.some((check) => check.area === area));
  return outcome === 'absent' && !since ? own : [...new Set([...own, 'statement' as const])];
}

/** A pass of every archive is not yet one of a release, and the first line must not sound like it. */
function withoutRelease(verdict: Verdict, { outcome }: ReleaseRead): Verdict {
  if (outcome !== 'absent' || verdict.outcome !== 'pass') return verdict;
  return {
    ...verdict,
    headline: `${verdict.headline}, archive by archive: no release statement says that none is missing`,
  };
}

async function readStatement(
  request: VerifyFolderRequest,
  names: readonly string[],
  ports: VerifyFolderPorts,
  run: Run,
): Promise<ReleaseRead> {
  if (!names.some(isReleaseStatement)) return { outcome: 'absent' };
  const trust = trustOf(request);
  if (trust === undefined) {
    return {
      outcome: 'undecided',
      code: 'SIGNATURE_NO_KEY',
      reason: 'there is a release statement, and no key was given to judge it by',
      results: [],
    };
  }
  const lines = await readReleaseLines(`${request.location}/`, ports.source, run);
  const approvals = await findReleaseApprovals(`${request.location}/`, trust, ports, run);
  return readRelease(lines, trust, ports.signatures, run, approvals);
}

async function hashFile(
  path: string,
  { source, compute }: VerifyFolderPorts,
  run: Run,
): Promise<{ readonly size: number; readonly digest: Digest }> {
  await using file = await source.open(path, run);
  return await hashChunks(file.chunks(run), compute);
}

function identityOf({
  product,
  version,
  flavor,
  counter,
  sourceDateEpoch,
  audience,
}: Release): NonNullable<FolderReport['release']> {
  const common = { product, version, flavor, counter, sourceDateEpoch };
  return audience === undefined ? common : { ...common, audience };
}

function isSame(present: readonly PresentFile[], name: string, digest: Digest): boolean {
  return present.some((other) => other.name === name && other.digest === digest);
}
