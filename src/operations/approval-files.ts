import { parseSignatureBundle } from '../attestation/signature-bundle.ts';
import { InputError } from '../errors/families.ts';
import type { FoundApproval } from '../policy/trust/approval-evidence.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { judgeStatementAt } from './judge-evidence.ts';
import { isNumberedBeside, readLines, type StatementLine } from './read-beside.ts';
import type { TrustInputs } from './trust-inputs.ts';

/** Name of the n-th approval of a release, from 1. */
export function releaseApprovalName(number: number): string {
  return number === 1 ? 'approval.intoto.jsonl' : `approval.${number}.intoto.jsonl`;
}

/** Name of the n-th approval of an archive, from 1. */
export function archiveApprovalName(archive: string, number: number): string {
  return `${archive}.${releaseApprovalName(number)}`;
}

/** Whether a file is an approval of the release it lies in: `approval.intoto.jsonl`, `approval.2.intoto.jsonl`, … 99. */
export function isReleaseApproval(name: string): boolean {
  return /^approval(?:\.(?:[2-9]|[1-9][0-9]))?\.intoto\.jsonl$/.test(name);
}

/** Whether a file is an approval of an archive: `<archive>.approval.intoto.jsonl`, `<archive>.approval.2.intoto.jsonl`, …. */
export function isArchiveApproval(name: string, archive: string): boolean {
  return isNumberedBeside(name, archive, 'approval');
}

/** Approvals of the release that lies in a folder, each judged under everybody the policy names. */
export async function findReleaseApprovals(
  folder: string,
  trust: TrustInputs,
  ports: ApprovalPorts,
  run: Run,
): Promise<readonly FoundApproval[]> {
  return judged(await readLines(folder, isReleaseApproval, ports.source, run), trust, ports, run);
}

/** Approvals of an archive by itself. */
export async function findArchiveApprovals(
  folder: string,
  archive: string,
  trust: TrustInputs,
  ports: ApprovalPorts,
  run: Run,
): Promise<readonly FoundApproval[]> {
  const isWanted = (name: string): boolean => isArchiveApproval(name, archive);
  return judged(await readLines(folder, isWanted, ports.source, run), trust, ports, run);
}

interface ApprovalPorts {
  readonly source: ArchiveSource;
  readonly signatures: SignatureJudge;
}

async function judged(
  lines: readonly StatementLine[],
  trust: TrustInputs,
  { signatures }: ApprovalPorts,
  run: Run,
): Promise<readonly FoundApproval[]> {
  const found: FoundApproval[] = [];
  for (const { location, bytes } of lines) {
    const evidence = await judgeStatementAt(location, bytes, trust, signatures, run);
    const claimed = evidence.payload === undefined ? claimOf(bytes) : undefined;
    found.push({
      ...evidence,
      covers: 'what it approves',
      ...(claimed === undefined ? {} : { claimed }),
    });
  }
  return found;
}

/** What an approval says that nobody here signed: enough to see that it belongs elsewhere. */
function claimOf(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const { content } = parseSignatureBundle(bytes);
    return content.kind === 'dsseEnvelope' ? content.envelope.payload : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
