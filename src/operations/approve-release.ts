import {
  type Approval,
  type ApprovalBasis,
  parseApproval,
  renderApproval,
} from '../attestation/approval.ts';
import { SignerFailure, StatementError } from '../attestation/attestation-error.ts';
import type { Digest } from '../oci/digest.ts';
import { isDigest } from '../oci/digest.ts';
import type { TrustPolicy } from '../policy/trust/trust-policy.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { OutputFolder } from '../ports/output.ts';
import { onlyKey } from '../ports/signature-judge.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';
import {
  archiveApprovalName,
  isArchiveApproval,
  isReleaseApproval,
  releaseApprovalName,
} from './approval-files.ts';
import { ApproveInputError, ApproveUsageError } from './approve-error.ts';
import { readLines } from './read-beside.ts';
import { writeReleaseFile } from './release-files.ts';
import { stampProblem } from './release-statement.ts';
import { type SignOncePorts, trustedKeyOf } from './sign-once.ts';
import { signStatement } from './sign-statement.ts';

export interface ApproveRequest {
  /** What verify said of it, with approvals left out of what is demanded. */
  readonly report: VerifyReport | FolderReport;
  /** The folder it lies in, as it stands before a name: empty, or ending with a slash. */
  readonly folder: string;
  readonly role: string;
  readonly comment?: string;
  /** Approve what did not pass. */
  readonly allowNotPassed: boolean;
  /** Whom the receiver believes, where that is known here. */
  readonly policy?: TrustPolicy;
  readonly now: Date;
}

export interface ApprovePorts {
  readonly source: ArchiveSource;
  /** The folder the approval goes to. */
  readonly output: OutputFolder;
  readonly signing: SignOncePorts;
}

/** An approval that was written. */
export interface GivenApproval {
  /** Name of the new file. */
  readonly fileName: string;
  readonly approval: Approval;
  /** SHA-256 of the signing key's SPKI; of issuer and subject for an identity. */
  readonly fingerprint: string;
  readonly isStamped: boolean;
  /** Whether what was approved is believed by this very key. */
  readonly bySigner: boolean;
}

const maxApprovals = 99;

/**
 * Adds a signed approval beside what was judged; no other file is touched. It says who, in which role, when, and
 * over which digest, and rests on a verdict.
 * @throws ApproveInputError APPROVE_NOT_PASSED, APPROVE_NO_STATEMENT, APPROVE_NO_DIGEST
 * @throws ApproveUsageError APPROVE_ROLE, APPROVE_TWICE, APPROVE_TOO_MANY
 * @throws SignerFailure SIGN_SELF_CHECK, SIGN_TIMESTAMP; OutputError
 */
export async function approveRelease(
  request: ApproveRequest,
  ports: ApprovePorts,
  run: Run,
): Promise<GivenApproval> {
  const { report, role, comment, now, policy } = request;
  const { signing } = ports;
  const about = aboutOf(report);
  requirePassed(request);
  if (policy !== undefined) requireRole(policy, role, signing);
  const { names, lines } = await earlierApprovals(request, about, ports, run);
  await refuseTwice(lines, { about, role }, signing, run);
  const approval: Approval = {
    about,
    role,
    approvedAt: now.toISOString(),
    verification: basisOf(report),
    ...(comment === undefined ? {} : { comment }),
  };
  const text = await signed(approval, signing, run);
  const nameOf = (number: number): string =>
    about.kind === 'release'
      ? releaseApprovalName(number)
      : archiveApprovalName(about.name, number);
  const numbers = Array.from({ length: maxApprovals }, (_, index) => index + 1);
  const fileName = numbers.map(nameOf).find((name) => !names.includes(name));
  if (fileName === undefined)
    throw new ApproveUsageError(
      'APPROVE_TOO_MANY',
      `there are ${maxApprovals} approvals already, and none is ever replaced`,
      { suggestions: ['Take those away that do not count: cowa-release verify says which'] },
    );
  await writeReleaseFile(ports.output, fileName, text);
  const { fingerprint } = trustedKeyOf(signing.signer, 'the signing key');
  return {
    fileName,
    approval,
    fingerprint,
    isStamped: signing.timestamps !== undefined,
    bySigner: signersOf(report).has(fingerprint),
  };
}

/** Fingerprints of keys that what was approved is believed by. */
function signersOf(report: VerifyReport | FolderReport): ReadonlySet<string> {
  const archives = 'archives' in report ? report.archives : [report];
  const parties = archives.flatMap(({ levels = [] }) =>
    levels.flatMap(({ signers }) => signers.map(({ party }) => party.replace(/^key:/, ''))),
  );
  const { key } = report.trust;
  return new Set([...parties, ...(key === undefined ? [] : [key.fingerprint])]);
}

function aboutOf(report: VerifyReport | FolderReport): Approval['about'] {
  if ('archives' in report) {
    const { release, record, folder } = report;
    const digest = record?.items.find(({ kind }) => kind === 'statement')?.digest;
    if (release === null || digest === undefined)
      throw new ApproveInputError(
        'APPROVE_NO_STATEMENT',
        `${folder} has no release statement that could be believed, so that no one digest stands for all of it`,
        {
          suggestions: [
            'Say whom to believe: --trust-policy <file>, or --verify-key <public key of the release>',
            `What is wrong with it, with the key that was given: cowa-release verify ${folder}`,
            'Or approve each archive by itself',
          ],
        },
      );
    const { product, version, flavor, counter } = release;
    return { kind: 'release', product, version, flavor, counter, digest };
  }
  const { name, digest, root } = report.archive;
  if (name === null || digest === undefined)
    throw new ApproveInputError(
      'APPROVE_NO_DIGEST',
      'what was judged has no digest, so that nothing can be approved',
      { suggestions: ['Bring what is missing, then approve'] },
    );
  return { kind: 'archive', name, digest, ...(root === undefined ? {} : { root: root.digest }) };
}

function requirePassed({ report, allowNotPassed }: ApproveRequest): void {
  const { outcome, headline } = report.verdict;
  if (outcome === 'pass' || allowNotPassed) return;
  throw new ApproveInputError(
    'APPROVE_NOT_PASSED',
    `verify does not pass, so that it is not approved: ${headline}`,
    {
      suggestions:
        outcome === 'incomplete'
          ? [
              'Say whom to believe: --trust-policy <file>, or --verify-key <public key of the release>',
              'cowa-release verify with the same flags says what is missing',
            ]
          : [
              'cowa-release verify with the same flags says what is wrong',
              'To approve it all the same, which the approval then says: --insecure-approve-not-passed',
            ],
    },
  );
}

/** An approval that could not count at this receiver is a mistake that shows late. */
function requireRole(
  { roles, signers }: TrustPolicy,
  role: string,
  { signer }: SignOncePorts,
): void {
  const known = roles.get(role);
  const approvers = [...roles.values()].filter(({ kind }) => kind === 'approver');
  if (known === undefined)
    throw new ApproveUsageError('APPROVE_ROLE', `the trust policy has no role '${role}'`, {
      suggestions: [
        approvers.length === 0
          ? 'No entry of it demands approvals: name a role under "approvers"'
          : `--role ${approvers.map(({ name }) => name).join(' or --role ')}`,
      ],
    });
  if (signer.material.kind !== 'key') return;
  const { fingerprint } = trustedKeyOf(signer, 'the signing key');
  const isMember = known.signers.some((name) => {
    const each = signers.get(name);
    return each?.kind === 'key' && each.fingerprint === fingerprint;
  });
  if (isMember) return;
  throw new ApproveUsageError(
    'APPROVE_ROLE',
    `the key ${fingerprint} is of nobody in the role '${role}': ${known.signers.join(', ')}`,
    { suggestions: ['Sign with the key the trust policy names, or have it put into that role'] },
  );
}

async function earlierApprovals(
  { folder }: ApproveRequest,
  about: Approval['about'],
  { source, output }: ApprovePorts,
  run: Run,
) {
  const isOne = (name: string): boolean =>
    about.kind === 'release' ? isReleaseApproval(name) : isArchiveApproval(name, about.name);
  const names = (await output.list()).filter(isOne);
  return { names, lines: await readLines(folder, isOne, source, run) };
}

/** One person counts once; a second approval of his would only look like another's. */
async function refuseTwice(
  lines: readonly { readonly location: string; readonly bytes: Uint8Array }[],
  { about, role }: Pick<Approval, 'about' | 'role'>,
  { signer, judge }: SignOncePorts,
  run: Run,
): Promise<void> {
  const { material } = signer;
  const own = onlyKey(trustedKeyOf(signer, 'the signing key'));
  for (const { location, bytes } of lines) {
    if (material.kind !== 'key') continue;
    const judged = await judge.judgeStatement(bytes, own, run);
    if (judged.outcome !== 'valid' || judged.statement === undefined) continue;
    const earlier = approvalOf(judged.statement.payload);
    if (earlier?.about.digest !== about.digest || earlier.role !== role) continue;
    throw new ApproveUsageError(
      'APPROVE_TWICE',
      `this key has approved ${about.digest} as '${role}' already: ${location}`,
      { suggestions: ['Nothing needs doing; somebody else may approve with a key of his own'] },
    );
  }
}

function approvalOf(payload: Uint8Array): Approval | undefined {
  try {
    return parseApproval(payload);
  } catch (error) {
    if (error instanceof StatementError) return undefined;
    throw error;
  }
}

function basisOf({ verdict, trust, program }: VerifyReport | FolderReport): ApprovalBasis {
  const policy = digestIn(trust.policy?.digest);
  const trustPolicy = digestIn(trust.trustPolicy?.digest);
  return {
    outcome: verdict.outcome,
    programVersion: program.version,
    ...(policy === undefined ? {} : { policy }),
    ...(trustPolicy === undefined ? {} : { trustPolicy }),
    ...(trust.key === undefined ? {} : { key: trust.key.fingerprint }),
    weakenedBy: verdict.weakenedBy.slice(0, 64).map((each) => each.slice(0, 512)),
  };
}

function digestIn(text: string | undefined): Digest | undefined {
  return text !== undefined && isDigest(text) ? text : undefined;
}

async function signed(approval: Approval, signing: SignOncePorts, run: Run): Promise<string> {
  const { timestamps } = signing;
  const payload = Buffer.from(renderApproval(approval));
  const text = await signStatement(
    { payload, about: 'the approval', authority: timestamps?.authority },
    signing,
    run,
  );
  if (timestamps === undefined || signing.signer.material.kind !== 'key') return text;
  const problem = await stampProblem(Buffer.from(text), signing, timestamps.root, run);
  if (problem === undefined) return text;
  throw new SignerFailure(
    'SIGN_TIMESTAMP',
    `the timestamp of ${timestamps.authority.location} does not hold by ${timestamps.root.origin}; nothing was written: ${problem}`,
    { suggestions: ['Check that --trusted-root holds the certificates of that authority'] },
  );
}
