import type { Finding } from '../checks/check.ts';
import { policyChecks } from '../checks/policy-checks.ts';
import { type ApplyContext, applyPolicy } from './apply-policy.ts';
import { decide } from './decide.ts';
import type { Policy } from './policy.ts';
import type { Verdict } from './verdict.ts';

export interface JudgeContext extends ApplyContext {
  /** Everything that weakens the verdict, in words. */
  readonly weakenedBy: readonly string[];
}

/** What the checks found, weighed by a policy and summed up. */
export function judgeFindings(
  findings: readonly Finding[],
  policy: Policy,
  context: JudgeContext,
): { readonly findings: readonly Finding[]; readonly verdict: Verdict } {
  const weighed = applyPolicy(findings, policy, context);
  const { subject, weakenedBy } = context;
  const checks = [...context.checks, ...policyChecks];
  return { findings: weighed, verdict: decide(weighed, policy, { weakenedBy, checks, subject }) };
}
