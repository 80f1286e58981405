import type { FoundApproval } from '../policy/trust/approval-evidence.ts';
import type { StatementEvidence } from '../policy/trust/judge-release.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { findArchiveApprovals, findReleaseApprovals } from './approval-files.ts';
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
  /** Of the archive by itself. */
  readonly approvals: readonly FoundApproval[];
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
  if (location === '-') return { detached: [], attestations: [], approvals: [] };
  const detached = signature === undefined ? await readDetached(location, source, run) : [];
  if (trust === undefined) return { detached, attestations: [], approvals: [] };
  const folder = folderOf(location);
  const attestations: StatementEvidence[] = [];
  if (trust.policy.rules.some((rule) => rule.attestations.length > 0))
    for (const { location: at, bytes } of await readAttestationLines(folder, source, run))
      attestations.push(await judgeStatementAt(at, bytes, trust, signatures, run));
  const name = location.slice(folder.length);
  const approvals = await findArchiveApprovals(folder, name, trust, ports, run);
  const company = { detached, attestations, approvals };
  if (release !== undefined || signature !== undefined) return company;
  // A statement about other files, or a bad one, is the folder's to judge.
  const lines = await readReleaseLines(folder, source, run);
  const ofRelease = lines.length === 0 ? [] : await findReleaseApprovals(folder, trust, ports, run);
  const read = await readRelease(lines, trust, signatures, run, ofRelease);
  if (read.outcome === 'absent') return company;
  if (read.outcome !== 'valid') return { ...company, doubt: read.reason };
  return { ...company, release: { location: releaseStatementName, ...read } };
}
