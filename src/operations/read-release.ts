import type { Release } from '../attestation/release-statement.ts';
import type { Digest } from '../oci/digest.ts';
import type { AcceptedItem } from '../policy/trust/accepted-record.ts';
import type { FoundApproval } from '../policy/trust/approval-evidence.ts';
import { policyRollback, rollbackResults } from '../policy/trust/compare-accepted.ts';
import {
  clockResult,
  expiryResults,
  policyResult,
  strayResults,
} from '../policy/trust/general-results.ts';
import type { ApprovalDecision } from '../policy/trust/judge-approvals.ts';
import type { ApprovalDemand } from '../policy/trust/judge-object.ts';
import { judgeRelease, type StatementEvidence } from '../policy/trust/judge-release.ts';
import type { CountedSignature } from '../policy/trust/signature-evidence.ts';
import { advanced } from '../policy/trust/trust-clock.ts';
import type { TrustRule } from '../policy/trust/trust-policy.ts';
import type { TrustResult } from '../policy/trust/trust-result.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { whoOf } from './decision-results.ts';
import { judgeStatementAt } from './judge-evidence.ts';
import type { StatementLine } from './read-beside.ts';
import { rootEnds } from './root-ends.ts';
import { clockOf, type TrustInputs } from './trust-inputs.ts';

/** What became of the release statement of a folder. */
export type ReleaseRead = (
  | { readonly outcome: 'absent' }
  | {
      readonly outcome: 'valid';
      /** Of a lone key; who signed, by name, under a policy. */
      readonly fingerprint: string;
      readonly release: Release;
      readonly digest: Digest;
      readonly rule: TrustRule;
      readonly by: readonly CountedSignature[];
      readonly stampedTimes: readonly string[];
      /** As a record of what was accepted would hold it. */
      readonly item: AcceptedItem;
      readonly results: readonly TrustResult[];
    }
  | {
      readonly outcome: 'invalid' | 'undecided';
      readonly code: string;
      readonly reason: string;
      readonly results: readonly TrustResult[];
    }
) & {
  /** What became of the approvals beside it; undefined where there are none. */
  readonly approvals?: readonly ApprovalDecision[];
  /** Approvals that are demanded, and how many count; undefined: none are. */
  readonly approvers?: readonly ApprovalDemand[];
};

/** Judges every signature over a release and decides what is believed. A bad statement is an outcome, not an exception. */
export async function readRelease(
  lines: readonly StatementLine[],
  trust: TrustInputs,
  judge: SignatureJudge,
  run: Run,
  approvals: readonly FoundApproval[] = [],
): Promise<ReleaseRead> {
  if (lines.length === 0) return { outcome: 'absent' };
  const evidence: StatementEvidence[] = [];
  for (const { location, bytes } of lines)
    if (bytes.byteLength > 0)
      evidence.push(await judgeStatementAt(location, bytes, trust, judge, run));
  const { policy, accepted, warnDays } = trust;
  const times = [...evidence, ...approvals].flatMap(({ result }) =>
    result.outcome === 'valid' ? result.by.flatMap((held) => held.stampedTimes) : [],
  );
  const clock = advanced(clockOf(trust), times);
  const decision = judgeRelease(evidence, { policy, clock }, approvals);
  const subject = { kind: 'statement', name: lines[0]?.location ?? '' } as const;
  const general: readonly TrustResult[] = [
    policyRollback(policy, accepted, subject) ?? policyResult(policy, clock, subject),
    clockResult(times, clock, subject),
    ...expiryResults(policy, [...evidence, ...approvals], clock, {
      warnDays,
      subject,
      rootEnds: rootEnds(trust),
    }),
    ...(decision.approvals?.results ?? []),
  ];
  const { approvals: judgedApprovals, approvers } = decision;
  const judged = {
    ...(judgedApprovals === undefined ? {} : { approvals: judgedApprovals.decisions }),
    ...(approvers === undefined ? {} : { approvers }),
  };
  if (decision.outcome !== 'valid') {
    const { outcome, code, reason } = decision;
    return { outcome, code, reason, results: general, ...judged };
  }
  const { release, digest, rule, by } = decision;
  const item: AcceptedItem = {
    kind: 'statement',
    name: release.product,
    line: release.flavor,
    version: release.version,
    counter: release.counter,
    digest,
    time: new Date(1000 * release.sourceDateEpoch).toISOString(),
  };
  return {
    outcome: 'valid',
    fingerprint: [...new Set(by.map((each) => whoOf(each, policy)))].join(', '),
    release,
    digest,
    rule,
    by,
    stampedTimes: times,
    item,
    ...judged,
    results: [
      ...general,
      ...strayResults(evidence, policy),
      ...rollbackResults(item, accepted, subject),
    ],
  };
}
