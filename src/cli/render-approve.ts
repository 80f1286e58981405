import type { Digest } from '../oci/digest.ts';
import type { GivenApproval } from '../operations/approve-release.ts';
import { printable } from '../support/printable.ts';

/** What `approve --output json` prints. */
export interface ApproveResult {
  readonly schema: 'cowa-release/approve-result/v1';
  /** What was approved, as it was named. */
  readonly location: string;
  readonly about: 'release' | 'archive';
  /** Product, version, flavor and number of a release; file name of an archive. */
  readonly name: string;
  /** Of the payload of the release statement, or of every byte of the archive. */
  readonly digest: Digest;
  /** The file that was added. */
  readonly file: string;
  readonly role: string;
  /** SHA-256 of the signing key's SPKI; of issuer and subject for an identity. */
  readonly fingerprint: string;
  /** By the clock of this machine. */
  readonly approvedAt: string;
  /** Whether an authority vouches for the time. */
  readonly stamped: boolean;
  /** What verify said before. */
  readonly verified: 'pass' | 'fail' | 'incomplete';
  readonly comment: string | null;
  /** Somebody with this key signed what was approved: where a policy asks for other people, it may never count. */
  readonly bySigner: boolean;
}

export function toApproveResult(
  location: string,
  file: string,
  { approval, fingerprint, isStamped, bySigner }: GivenApproval,
): ApproveResult {
  const { about, role, approvedAt, verification, comment } = approval;
  const name =
    about.kind === 'archive'
      ? about.name
      : `${about.product} ${about.version} ${about.flavor}, number ${about.counter}`;
  return {
    schema: 'cowa-release/approve-result/v1',
    location,
    about: about.kind,
    name,
    digest: about.digest,
    file,
    role,
    fingerprint,
    approvedAt,
    stamped: isStamped,
    verified: verification.outcome,
    comment: comment ?? null,
    bySigner,
  };
}

/** What a person wants to know: what was approved, over which digest, and where that stands now. */
export function renderApprove(result: ApproveResult): string {
  const { about, name, digest, file, role, fingerprint, approvedAt, stamped, verified, comment } =
    result;
  const when = stamped ? 'stamped' : 'by the clock of this machine, which nothing proves';
  return [
    `APPROVED  ${about === 'release' ? 'release ' : ''}${name}`,
    `  digest   ${digest}`,
    `  as       ${role}, by ${fingerprint}`,
    `  at       ${approvedAt}, ${when}`,
    ...(comment === null ? [] : [`  comment  ${comment}`]),
    `  file     ${file}`,
    ...(verified === 'pass'
      ? []
      : [`  WARNING  verify had not passed (${verified}), and the approval says so`]),
    ...(result.bySigner
      ? [
          '  WARNING  the same key signed the release: nobody approves what he signed, and it may never count',
        ]
      : []),
    `Next: cowa-release verify ${result.location} --trust-policy <trust-policy.json>`,
  ]
    .map((line) => printable(line))
    .join('\n');
}
