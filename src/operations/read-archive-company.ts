import type { StatementEvidence } from '../policy/trust/judge-release.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import type { DetachedSignature } from './find-signatures.ts';
import { judgeStatementAt } from './judge-evidence.ts';
import { folderOf, readAttestationLines, readDetached, readReleaseLines } from './read-beside.ts';
import { readRelease } from './read-release.ts';
import { releaseStatementName } from './release-statement.ts';
import type { VerifiedRelease } from './signature-request.ts';
import type { TrustInputs } from './trust-inputs.ts';

/** What lies with an archive and speaks about it. */
export interface ArchiveCompany {
  readonly detached: readonly DetachedSignature[];
  /** Of the release it lies in, when it is believed. */
  readonly release?: VerifiedRelease;
  /** Why a release statement that is there is not believed. */
  readonly doubt?: string;
  readonly attestations: readonly StatementEvidence[];
}

/** Reads what lies beside an archive; nothing for standard input, and no signatures where one was named. */
export async function readBeside(
  request: {
    readonly location: string;
    readonly signature?: unknown;
    readonly release?: VerifiedRelease;
  },
  trust: TrustInputs | undefined,
  ports: {
    readonly source: ArchiveSource;
    readonly signatures: SignatureJudge;
  },
  run: Run,
): Promise<ArchiveCompany> {
  const { location, signature, release } = request;
  const { source, signatures } = ports;
  if (location === '-') return { detached: [], attestations: [] };
  const detached = signature === undefined ? await readDetached(location, source, run) : [];
  if (trust === undefined) return { detached, attestations: [] };
  const folder = folderOf(location);
  const attestations: StatementEvidence[] = [];
  if (trust.policy.rules.some((rule) => rule.attestations.length > 0))
    for (const { location: at, bytes } of await readAttestationLines(folder, source, run))
      attestations.push(await judgeStatementAt(at, bytes, trust, signatures, run));
  if (release !== undefined || signature !== undefined) return { detached, attestations };
  // A statement about other files, or a bad one, is the folder's to judge.
  const read = await readRelease(
    await readReleaseLines(folder, source, run),
    trust,
    signatures,
    run,
  );
  if (read.outcome === 'absent') return { detached, attestations };
  if (read.outcome !== 'valid') return { detached, attestations, doubt: read.reason };
  return {
    detached,
    attestations,
    release: { location: releaseStatementName, ...read },
  };
}
