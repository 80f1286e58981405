import type { ApprovalBasis } from '../../attestation/approval.ts';
import type { Digest } from '../../oci/digest.ts';
import { printable } from '../../support/printable.ts';
import type { ReadApproval } from './approval-evidence.ts';
import { countRole } from './count-role.ts';
import { strayResults } from './general-results.ts';
import type { JudgingContext } from './judge-object.ts';
import type { CountedSignature, HeldUnder } from './signature-evidence.ts';
import type { TrustRule } from './trust-policy.ts';
import type { TrustResult, TrustSubject } from './trust-result.ts';

/** An approval, and what became of it: who, as what, when, over which digest. */
export interface ApprovalDecision {
  /** File name; with a line, where there are several in it. */
  readonly location: string;
  /**
   * `counted`: for the role that is demanded; `held`: it holds, and is not counted; `unjudged`: nobody says who may
   * approve; `refused`: it does not hold, or is about something else; `undecided`: that could not be told.
   */
  readonly state: 'counted' | 'held' | 'unjudged' | 'refused' | 'undecided';
  readonly about?: 'release' | 'archive';
  readonly digest?: Digest;
  readonly role?: string;
  /** By the clock of whoever approved: a claim. UTC, ISO 8601. */
  readonly approvedAt?: string;
  /** Of timestamps on the signature that were verified. UTC, ISO 8601. */
  readonly stampedTimes: readonly string[];
  /** Name in the trust policy. */
  readonly signer?: string;
  /** `key:<SPKI SHA-256>` or `identity:<issuer> <SAN>`. */
  readonly party?: string;
  readonly comment?: string;
  /** What had been verified before, as the approval says. */
  readonly verification?: ApprovalBasis;
  readonly code?: string;
  readonly reason?: string;
}

/** What the approvals of a thing come to. */
export interface JudgedApprovals {
  readonly decisions: readonly ApprovalDecision[];
  readonly results: readonly TrustResult[];
}

/**
 * Says of each approval what became of it. What is demanded of their number is decided with the signatures
 * over the thing itself.
 * @param by signatures that counted over the thing, approvals among them
 * @param rule the entry of the policy that decided; undefined where none did
 */
export function judgeApprovals(
  read: readonly ReadApproval[],
  { by, rule }: { readonly by: readonly CountedSignature[]; readonly rule: TrustRule | undefined },
  context: JudgingContext,
): JudgedApprovals {
  const judged = read.map((each) => judgeOne(each, { by, rule }, context));
  return {
    decisions: judged.map(({ decision }) => decision),
    results: judged.flatMap(({ result }) => result),
  };
}

interface Judged {
  readonly decision: ApprovalDecision;
  readonly result: readonly TrustResult[];
}

function judgeOne(
  read: ReadApproval,
  { by, rule }: { readonly by: readonly CountedSignature[]; readonly rule: TrustRule | undefined },
  context: JudgingContext,
): Judged {
  const { found, approval, problem } = read;
  const { location, result } = found;
  const [held] = result.outcome === 'valid' ? result.by : [];
  const said = {
    location,
    stampedTimes: held?.stampedTimes ?? [],
    ...(held === undefined ? {} : { signer: held.signer, party: held.party }),
    ...(approval === undefined
      ? {}
      : {
          about: approval.about.kind,
          digest: approval.about.digest,
          role: approval.role,
          approvedAt: approval.approvedAt,
          verification: approval.verification,
          ...(approval.comment === undefined ? {} : { comment: approval.comment }),
        }),
  };
  const subject = { kind: 'file', name: location } as const;
  if (problem !== undefined) return refusedOne(read, said, context);
  if (approval === undefined || held === undefined)
    return { decision: { ...said, state: 'undecided' }, result: [] };
  const counted = by.find((each) => each.location === location);
  const words = approvalWords({ ...said, state: 'held', signer: counted?.signer ?? held.signer });
  if (counted !== undefined) {
    const decision = {
      ...said,
      state: 'counted',
      signer: counted.signer,
      party: counted.party,
    } as const;
    return {
      decision,
      result: [
        { topic: 'approvals', subject, outcome: 'pass', message: words },
        ...weaknessOf(read, subject),
      ],
    };
  }
  const { code, reason } = whyNotCounted(read, held, { by, rule }, context);
  const decision = { ...said, state: 'held', ...(code === undefined ? {} : { code }) } as const;
  if (code === undefined)
    return {
      decision: { ...decision, reason },
      result: [
        { topic: 'approvals', subject, outcome: 'pass', message: `${words}; ${reason}` },
        ...weaknessOf(read, subject),
      ],
    };
  return {
    decision: { ...decision, reason },
    result: [
      {
        topic: 'approvals',
        subject,
        outcome: 'fail',
        severity: code === 'TRUST_APPROVAL_REPEATED' ? 'note' : 'warning',
        code,
        message: `it is not counted: ${reason}`,
      },
    ],
  };
}

/** One that does not hold, or is about something else. */
function refusedOne(
  { found, problem }: ReadApproval,
  said: Omit<ApprovalDecision, 'state'>,
  { policy }: JudgingContext,
): Judged {
  const { location, result } = found;
  const { code = '', message: reason = '', isOpen = false } = problem ?? {};
  const decision = { ...said, code, reason } as const;
  const subject = { kind: 'file', name: location } as const;
  // Its signature is nobody's here to judge, and what it says speaks of this.
  const bySignature = result.outcome !== 'valid' && result.code === code;
  if (bySignature && policy.origin === undefined && found.claimed !== undefined)
    return {
      decision: { ...said, state: 'unjudged' },
      result: [
        {
          topic: 'approvals',
          subject,
          outcome: 'not-applicable',
          message: 'not judged: only a trust policy says who may approve',
        },
      ],
    };
  if (isOpen)
    return {
      decision: { ...decision, state: 'undecided' },
      result: [{ topic: 'approvals', subject, outcome: 'undecided', code, message: reason }],
    };
  const strays = bySignature ? strayResults([found], policy) : [];
  const refusals: readonly TrustResult[] =
    strays.length > 0
      ? strays.map((each) => ({ ...each, topic: 'approvals' as const }))
      : [{ topic: 'approvals', subject, outcome: 'fail', code, message: reason }];
  return { decision: { ...decision, state: 'refused' }, result: refusals };
}

/** Who gave it knew that what he approved had not passed. */
function weaknessOf({ approval }: ReadApproval, subject: TrustSubject): readonly TrustResult[] {
  const { verification } = approval ?? {};
  if (verification === undefined || verification.outcome === 'pass') return [];
  const message = `it was given for what had not passed verify (${verification.outcome})`;
  return [
    {
      topic: 'approvals',
      subject,
      outcome: 'fail',
      severity: 'warning',
      code: 'TRUST_APPROVAL_UNVERIFIED',
      message,
    },
  ];
}

function whyNotCounted(
  { found, approval }: ReadApproval,
  held: HeldUnder,
  { by, rule }: { readonly by: readonly CountedSignature[]; readonly rule: TrustRule | undefined },
  { policy, clock }: JudgingContext,
): { readonly code?: string; readonly reason: string } {
  const demanded = rule?.approvers ?? [];
  if (rule === undefined || demanded.length === 0)
    return { reason: 'no approvals are demanded here' };
  const role = demanded.find((each) => each === approval?.role);
  if (role === undefined)
    return {
      code: 'TRUST_APPROVAL_ROLE',
      reason: `it was given as '${approval?.role}', and approvals are demanded of ${demanded.length === 1 ? 'the role' : 'the roles'} ${demanded.map((each) => `'${each}'`).join(', ')}`,
    };
  const { timestamps, maxAgeMs } = rule;
  const alone = countRole({ role, timestamps, maxAgeMs }, [found], clock, policy);
  const [over] = alone.passedOver;
  if (over !== undefined) return { code: over.code, reason: over.message };
  const same = by.find((each) => each.party === held.party || each.signer === held.signer);
  if (same !== undefined && same.role === role)
    return {
      code: 'TRUST_APPROVAL_REPEATED',
      reason: `'${held.signer}' has approved already: ${same.location}`,
    };
  return {
    code: 'TRUST_NOT_IN_ROLE',
    reason: `'${held.signer}' is who signed for another role, by another name`,
  };
}

/** Who approved, as what, when, and over which digest, in a line. */
export function approvalWords({
  signer,
  party,
  role,
  approvedAt,
  stampedTimes,
  digest,
  comment,
}: ApprovalDecision): string {
  const who = signer === undefined ? 'somebody' : `'${signer}'`;
  const key = party === undefined ? '' : ` (${party.replace(/^(?:key|identity):/, '')})`;
  const when =
    stampedTimes.length > 0
      ? `stamped at ${stampedTimes.join(', ')}`
      : `at ${approvedAt ?? 'no time'} by their own clock, which nothing proves`;
  const note = comment === undefined ? '' : `: "${comment}"`;
  return printable(`approved by ${who}${key} as '${role ?? ''}', ${when}, over ${digest}${note}`);
}
