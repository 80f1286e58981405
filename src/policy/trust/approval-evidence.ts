import { type Approval, parseApproval } from '../../attestation/approval.ts';
import { StatementError } from '../../attestation/attestation-error.ts';
import type { Release } from '../../attestation/release-statement.ts';
import type { Digest } from '../../oci/digest.ts';
import type { SignatureEvidence } from './signature-evidence.ts';
import type { TrustCode } from './trust-result.ts';

/** A file that is named as an approval, and what the judge of signatures made of it. */
export interface FoundApproval extends SignatureEvidence {
  /** Signed bytes, where the signature holds. */
  readonly payload?: Uint8Array;
  /** What it says while nobody may say whether the signature holds: good for refusing only. */
  readonly claimed?: Uint8Array;
}

/** What approvals are looked for about. */
export type ApprovedThing =
  | { readonly kind: 'release'; readonly release: Release; readonly digest: Digest }
  | { readonly kind: 'archive'; readonly name: string; readonly digests: readonly Digest[] };

/** An approval that was read, before anybody counts it. */
export interface ReadApproval {
  readonly found: FoundApproval;
  /** Undefined where it could not be read. */
  readonly approval: Approval | undefined;
  /** Why it does not count, whoever signed it. */
  readonly problem:
    | { readonly code: TrustCode | string; readonly message: string; readonly isOpen: boolean }
    | undefined;
}

/** Reads each, and holds it against the thing: an approval says over which digest it was given, and counts for no other. */
export function readApprovals(
  found: readonly FoundApproval[],
  thing: ApprovedThing,
): readonly ReadApproval[] {
  return found.map((each) => readOne(each, thing));
}

/** Signatures of approvals that speak of the thing in this role. */
export function approvalsFor(
  read: readonly ReadApproval[],
  role: string,
): readonly SignatureEvidence[] {
  return read.flatMap(({ found, approval, problem }) =>
    problem === undefined && approval?.role === role ? [found] : [],
  );
}

function readOne(found: FoundApproval, thing: ApprovedThing): ReadApproval {
  const { result, payload, claimed } = found;
  const refusal =
    result.outcome === 'valid'
      ? undefined
      : {
          code: result.code,
          message: result.reason,
          isOpen: result.outcome === 'undecided',
        };
  const bytes = payload ?? claimed;
  if (bytes === undefined) return { found, approval: undefined, problem: refusal };
  try {
    const approval = parseApproval(bytes);
    return { found, approval, problem: aboutProblem(approval, thing) ?? refusal };
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    const problem = { code: error.code, message: error.message, isOpen: false };
    return { found, approval: undefined, problem };
  }
}

function aboutProblem({ about }: Approval, thing: ApprovedThing): ReadApproval['problem'] {
  const refuse = (code: TrustCode, message: string) => ({ code, message, isOpen: false });
  if (about.kind !== thing.kind)
    return refuse(
      'TRUST_APPROVAL_OTHER',
      about.kind === 'release'
        ? `it approves a release, and this is an archive by itself`
        : `it approves the archive ${about.name}, and not the release`,
    );
  if (about.kind === 'archive' && thing.kind === 'archive') {
    const known = [about.digest, about.root].some(
      (digest) => digest !== undefined && thing.digests.includes(digest),
    );
    if (known) return undefined;
    const code = about.name === thing.name ? 'TRUST_APPROVAL_DIGEST' : 'TRUST_APPROVAL_OTHER';
    return refuse(
      code,
      `it approves ${about.name} with the digest ${about.digest}, and this is ${thing.digests.join(', ') || 'of no known digest'}`,
    );
  }
  if (about.kind !== 'release' || thing.kind !== 'release') return undefined;
  const { release, digest } = thing;
  const same =
    about.product === release.product &&
    about.version === release.version &&
    about.flavor === release.flavor &&
    about.counter === release.counter;
  const named = `${about.product} ${about.version} ${about.flavor}, number ${about.counter}`;
  if (about.digest === digest)
    return same
      ? undefined
      : refuse(
          'TRUST_APPROVAL_CONTRADICTS',
          `it is over this release, and calls it ${named}: whoever signed it may have been shown another`,
        );
  return same
    ? refuse(
        'TRUST_APPROVAL_DIGEST',
        `it approves another statement of the same release: ${about.digest}, and this one is ${digest}`,
      )
    : refuse('TRUST_APPROVAL_OTHER', `it approves another release: ${named}`);
}
