import type { Compute } from '../archive/compute.ts';
import { matchRelease, type PresentFile, type Release } from '../attestation/release-statement.ts';
import {
  folderChecks,
  type ReleaseFolderFacts,
  runFolderChecks,
} from '../checks/release-folder.ts';
import { CowaError } from '../errors/families.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import { decide } from '../policy/decide.ts';
import type { Policy } from '../policy/policy.ts';
import { sumUp } from '../policy/sum-up.ts';
import { type ArchiveSource, ArchiveSourceError } from '../ports/archive-source.ts';
import type { BundleVerifier, TrustedKey } from '../ports/bundle-verifier.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { type Run, runWithin } from '../support/run.ts';
import { splitPartNumber } from '../zarf/split-part.ts';
import { releaseFileNames } from './release-files.ts';
import { readReleaseStatement, releaseStatementName } from './release-statement.ts';
import { verifyArchive } from './verify-archive.ts';

export interface VerifyFolderRequest {
  readonly location: string;
  readonly key?: TrustedKey;
  readonly policy: Policy;
  readonly allowUnsigned: boolean;
  readonly programVersion: string;
}

export interface VerifyFolderPorts {
  readonly source: ArchiveSource;
  readonly compute: Compute;
  readonly signatures: BundleVerifier;
}

/** Files that no statement covers: it cannot list itself, and how a run went does not cross. */
const uncovered: readonly string[] = [releaseStatementName, releaseFileNames.runLog];
const archiveName = /\.tar(\.zst)?$/;
const maxDocumentBytes = 16 * 2 ** 20;

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
  const statement = await readStatement(request, names, ports, run);
  const sums = await readSums(location, names, ports, run);
  const wholeDigest = statement.outcome === 'valid' || sums !== undefined;
  const judged = {
    // The statement is the folder's to show.
    policy: { ...policy, required: policy.required.filter((area) => area !== 'statement') },
    allowUnsigned,
    programVersion,
    wholeDigest,
    ...(key === undefined ? {} : { key }),
    ...(statement.outcome === 'valid'
      ? {
          release: {
            location: releaseStatementName,
            fingerprint: statement.fingerprint,
            release: statement.release,
          },
        }
      : {}),
  };
  const archives: VerifyReport[] = [];
  const unreadable: {
    name: string;
    code: string;
    message: string;
    suggestions: readonly string[];
  }[] = [];
  const files: { name: string; size: number; digest?: Digest }[] = [];
  const present: PresentFile[] = [];
  for (const name of names) {
    run.signal.throwIfAborted();
    if (name.endsWith('/')) {
      present.push({ name, digest: digestFromHex('0'.repeat(64)) });
      continue;
    }
    const path = `${location}/${name}`;
    const step = `verify ${name}`;
    try {
      if (archiveName.test(name)) {
        run.onProgress?.({ kind: 'step-started', step, title: name });
        const report = await verifyArchive(
          { location: path, ...judged },
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
        if (digest !== undefined)
          present.push({ name, digest, ...(root === undefined ? {} : { root }) });
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
  if (archives.length === 0 && unreadable.length === 0 && statement.outcome === 'absent') {
    const part = names.find((name) => splitPartNumber(name) !== undefined);
    throw new ArchiveSourceError(
      'ARCHIVE_MISSING',
      `the folder ${location} holds neither an archive nor a release statement`,
      {
        suggestions: [
          part === undefined
            ? 'Name the folder the archives lie in (*.tar.zst), for a release that of its flavor: dist/gpu'
            : `${part} is a part of a split archive: join the parts first, then judge the whole`,
        ],
      },
    );
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
              present.filter(({ name }) => !uncovered.includes(name)),
            ),
          }
        : statement,
    keyGiven: key !== undefined,
    allowUnsigned,
    sums: sums?.lines.map(({ name, expected }) => ({ name, expected, actual: digests.get(name) })),
    sumsFaults: sums?.faults ?? [],
    unjudged: unjudgedOf(names),
  };
  const findings = runFolderChecks(facts);
  const insecure = allowUnsigned ? ['--insecure-allow-unsigned'] : [];
  return {
    schema: 'cowa-release/verify-folder-report/v1',
    program: { name: 'cowa-release', version: programVersion },
    folder: location,
    trust: {
      ...(key === undefined ? {} : { key: { origin: key.origin, fingerprint: key.fingerprint } }),
      ...(policy.origin === undefined ? {} : { policy: policy.origin }),
      insecure,
    },
    release: statement.outcome === 'valid' ? identityOf(statement.release) : null,
    files,
    archives,
    unreadable,
    findings,
    verdict: sumUp(
      decide(
        findings,
        { ...policy, required: requiredOf(policy, statement) },
        { weakenedBy: insecure, checks: folderChecks, subject: location },
      ),
      {
        subject: location,
        parts: archives.map(({ verdict }) => verdict),
        unreadable: unreadable.length,
      },
    ),
  };
}

/** Of a folder: its statement, where there is one or the policy wants one, and what else is judged of folders. */
function requiredOf({ required }: Policy, { outcome }: StatementRead): Policy['required'] {
  const own = required.filter((area) => folderChecks.some((check) => check.area === area));
  return outcome === 'absent' ? own : [...new Set([...own, 'statement' as const])];
}

/** Files that are neither archives nor looked at beside them. */
function unjudgedOf(names: readonly string[]): readonly string[] {
  const known: readonly string[] = [...uncovered, releaseFileNames.checksums];
  return names.filter(
    (name) =>
      !archiveName.test(name) &&
      !known.includes(name) &&
      !(name.endsWith('.sigstore.json') && names.includes(name.slice(0, -'.sigstore.json'.length))),
  );
}

type StatementRead =
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'valid'; readonly fingerprint: string; readonly release: Release }
  | { readonly outcome: 'invalid' | 'undecided'; readonly code: string; readonly reason: string };

async function readStatement(
  { location, key }: VerifyFolderRequest,
  names: readonly string[],
  { source, signatures }: VerifyFolderPorts,
  run: Run,
): Promise<StatementRead> {
  if (!names.includes(releaseStatementName)) return { outcome: 'absent' };
  if (key === undefined) {
    return {
      outcome: 'undecided',
      code: 'SIGNATURE_NO_KEY',
      reason: 'there is a release statement, and no key was given to judge it by',
    };
  }
  const bytes = await source.readSmall(
    `${location}/${releaseStatementName}`,
    maxDocumentBytes,
    run,
  );
  if (bytes === undefined) return { outcome: 'absent' };
  return readReleaseStatement(bytes, key, signatures, run);
}

interface Sums {
  readonly lines: readonly { readonly name: string; readonly expected: string }[];
  readonly faults: readonly string[];
}

async function readSums(
  location: string,
  names: readonly string[],
  { source }: VerifyFolderPorts,
  run: Run,
): Promise<Sums | undefined> {
  if (!names.includes(releaseFileNames.checksums)) return undefined;
  const bytes = await source.readSmall(
    `${location}/${releaseFileNames.checksums}`,
    maxDocumentBytes,
    run,
  );
  if (bytes === undefined) return undefined;
  const lines: { name: string; expected: string }[] = [];
  const faults: string[] = [];
  for (const [index, line] of Buffer.from(bytes).toString('utf8').split('\n').entries()) {
    if (line === '') continue;
    const [, expected, name] = /^([0-9a-f]{64}) [ *]([^/]+)$/.exec(line) ?? [];
    if (expected === undefined || name === undefined)
      faults.push(`line ${index + 1} is not "<sha256>  <file name>"`);
    else lines.push({ name, expected });
  }
  return { lines, faults };
}

async function hashFile(
  path: string,
  { source, compute }: VerifyFolderPorts,
  run: Run,
): Promise<{ readonly size: number; readonly digest: Digest }> {
  await using file = await source.open(path, run);
  const hash = compute.hash();
  let size = 0;
  for await (const chunk of file.chunks(run)) {
    size += chunk.length;
    await hash.update(chunk);
  }
  return { size, digest: digestFromHex(await hash.digest()) };
}

function identityOf({
  product,
  version,
  flavor,
  counter,
  sourceDateEpoch,
}: Release): NonNullable<FolderReport['release']> {
  return { product, version, flavor, counter, sourceDateEpoch };
}
