import { StatementError } from '../../attestation/attestation-error.ts';
import { parseReleaseStatement, type Release } from '../../attestation/release-statement.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { type FoundApproval, readApprovals } from './approval-evidence.ts';
import { findRule } from './find-rule.ts';
import { type JudgedApprovals, judgeApprovals } from './judge-approvals.ts';
import { type ApprovalDemand, type JudgingContext, judgeObject } from './judge-object.ts';
import type { CountedSignature, SignatureEvidence } from './signature-evidence.ts';
import type { TrustRule } from './trust-policy.ts';
import type { TrustCode } from './trust-result.ts';

/** A signature over a statement; the payload is there when it holds. */
export interface StatementEvidence extends SignatureEvidence {
  readonly payload?: Uint8Array;
}

/** What is believed of a release statement. */
export type ReleaseDecision = (
  | {
      readonly outcome: 'valid';
      readonly release: Release;
      /** Of the payload that was signed. */
      readonly digest: Digest;
      readonly rule: TrustRule;
      readonly by: readonly CountedSignature[];
    }
  | {
      readonly outcome: 'invalid' | 'undecided';
      readonly code: TrustCode | string;
      readonly reason: string;
    }
) & {
  /** Of the approvals that lie with it; undefined where there are none, or no statement to hold them against. */
  readonly approvals?: JudgedApprovals;
  /** Of approvals, and how far it is fulfilled; undefined: none are demanded. */
  readonly approvers?: readonly ApprovalDemand[];
};

/**
 * Judges the signatures over a release statement, in this order: every one that holds is over the same
 * bytes, the statement is one of a release, the policy speaks of its product and version, enough
 * signers of the roles, receiver, counter. What the first unmet condition says is the reason.
 */
export function judgeRelease(
  evidence: readonly StatementEvidence[],
  { policy, clock }: JudgingContext,
  found: readonly FoundApproval[] = [],
): ReleaseDecision {
  const payloads = new Map<Digest, Uint8Array>();
  for (const { payload } of evidence)
    if (payload !== undefined) payloads.set(digestOf(payload), payload);
  const [first, ...others] = payloads;
  if (first === undefined) return refusalOf(evidence);
  if (others.length > 0)
    return refuse(
      'TRUST_STATEMENTS_DIFFER',
      `the signatures are over ${payloads.size} different statements: ${[...payloads.keys()].join(', ')}`,
    );
  const [digest, payload] = first;
  let release: Release;
  try {
    release = parseReleaseStatement(payload);
  } catch (error) {
    if (error instanceof StatementError) return refuse(error.code, error.message);
    throw error;
  }
  const { product, version } = release;
  const thing = { kind: 'statement', name: product, version } as const;
  const read = readApprovals(found, { kind: 'release', release, digest });
  const decision = judgeObject({ ...thing, digest }, evidence, undefined, {
    // The counter is compared below, where it is known.
    policy: { ...policy, rules: policy.rules.map((rule) => ({ ...rule, minCounter: undefined })) },
    clock,
    approvals: read,
  });
  const entry = findRule(thing, policy);
  const rule = entry.outcome === 'found' ? entry.rule : undefined;
  const { approvers } = decision;
  const judged = {
    ...(read.length === 0
      ? {}
      : { approvals: judgeApprovals(read, { by: decision.by, rule }, { policy, clock }) }),
    ...(approvers === undefined ? {} : { approvers }),
  };
  if (decision.state !== 'accepted' || rule === undefined)
    return {
      outcome: decision.state === 'undecided' ? 'undecided' : 'invalid',
      code: decision.code ?? 'TRUST_THRESHOLD',
      reason: decision.reason,
      ...judged,
    };
  const problem = audienceProblem(release, policy.site) ?? counterProblem(release, rule);
  return {
    ...(problem ?? { outcome: 'valid', release, digest, rule, by: decision.by }),
    ...judged,
  };
}

function audienceProblem(
  { audience }: Release,
  site: string | undefined,
): ReleaseDecision | undefined {
  if (site === undefined) {
    if (audience === undefined) return undefined;
    const reason = `the release is for ${audience.join(', ')}, and no trust policy says which site this is`;
    return { outcome: 'undecided', code: 'TRUST_AUDIENCE_UNKNOWN', reason };
  }
  if (audience?.includes(site) === true) return undefined;
  const whom = audience === undefined ? 'nobody by name' : audience.join(', ');
  return refuse('TRUST_AUDIENCE', `the release is for ${whom}, and this is ${site}`);
}

function counterProblem(
  { counter }: Release,
  { minCounter, name }: TrustRule,
): ReleaseDecision | undefined {
  if (minCounter === undefined || counter >= minCounter) return undefined;
  return refuse(
    'TRUST_COUNTER',
    `the release has number ${counter}, ${name} demands at least ${minCounter}`,
  );
}

/** Nothing holds: what the signatures were refused for. */
function refusalOf(evidence: readonly StatementEvidence[]): ReleaseDecision {
  const refusals = evidence.flatMap(({ location, result }) =>
    result.outcome === 'valid' ? [] : [{ location, ...result }],
  );
  const worst = refusals.find(({ outcome }) => outcome === 'invalid') ?? refusals[0];
  const reasons = refusals.map(({ location, reason }) =>
    refusals.length === 1 ? reason : `${location}: ${reason}`,
  );
  return {
    outcome: worst?.outcome ?? 'invalid',
    code: worst?.code ?? 'SIGNATURE_ABSENT',
    reason: reasons.join('; ') || 'there is no signature in it',
  };
}

function refuse(code: TrustCode | string, reason: string): ReleaseDecision {
  return { outcome: 'invalid', code, reason };
}
