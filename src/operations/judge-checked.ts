import { defaultReadLimits, type ReadLimits, raisedLimits } from '../archive/read-limits.ts';
import type { Check, Finding, GroundedFinding } from '../checks/check.ts';
import type { ArchiveFacts } from '../checks/facts.ts';
import { linkCauses } from '../checks/find-causes.ts';
import { judgeFindings } from '../policy/judge-findings.ts';
import type { Policy } from '../policy/policy.ts';
import {
  allSelected,
  type CheckSelection,
  selectChecks,
  selectionFlags,
} from '../policy/select-checks.ts';
import type { Verdict } from '../policy/verdict.ts';
import { judgingTime } from '../policy/waiver-date.ts';
import type { ArchiveDeployment } from './gather-archive-deployment.ts';

/** What a judgement takes besides the archive, key and policy. */
export interface Judging {
  /** Checks to run; undefined: all. */
  readonly selection?: CheckSelection;
  /** The clock, which waivers are judged by; undefined: none holds. */
  readonly clock?: Date;
  /** The archive is one of a folder that is judged as a whole. */
  readonly withinFolder?: boolean;
  /** How much is read; undefined: the usual limits. */
  readonly limits?: ReadLimits;
  /** Told what was read of each archive, and what it would deploy where that was gathered, before it is judged. Large: not to be kept. */
  readonly onFacts?: (facts: ArchiveFacts, deployment: ArchiveDeployment | undefined) => void;
}

export interface JudgedSubject {
  readonly name: string;
  /** Flags that weaken, as spelt. */
  readonly insecure: readonly string[];
  /** Times that verified signed statements vouch for: a clock before them is wrong. */
  readonly signedTimes: readonly Date[];
}

/** Runs the checks that are wanted, says of the others that they were not and what follows from what, and weighs it all by the policy. */
export function judgeChecked<Each extends Pick<Check, 'id' | 'area' | 'severity' | 'help'>>(
  checks: readonly Each[],
  evaluate: (chosen: readonly Each[]) => readonly GroundedFinding[],
  policy: Policy,
  { name, insecure, signedTimes }: JudgedSubject,
  {
    selection = allSelected,
    clock,
    withinFolder = false,
    limits = defaultReadLimits,
  }: Judging = {},
): { readonly findings: readonly Finding[]; readonly verdict: Verdict } {
  const { chosen, left } = selectChecks(checks, selection, name);
  return judgeFindings(linkCauses([...evaluate(chosen), ...left]), policy, {
    subject: name,
    checks,
    at: clock === undefined ? undefined : judgingTime(clock, signedTimes),
    weakenedBy: [...insecure, ...selectionFlags(selection), ...raisedLimits(limits)],
    withinFolder,
  });
}
