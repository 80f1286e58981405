import { type ApprovalDecision, approvalWords } from '../policy/trust/judge-approvals.ts';
import { printable } from '../support/printable.ts';

/** A line for each approval: who, as what, when, over which digest, and what became of it. */
export function approvalLines(approvals: readonly ApprovalDecision[] = []): readonly string[] {
  return approvals.map((approval) => {
    const { state, location, reason = '', code } = approval;
    if (state === 'counted') return `${location}: ${approvalWords(approval)}`;
    if (state === 'held') return `${location}: ${approvalWords(approval)}; not counted, ${reason}`;
    if (state === 'unjudged')
      return `${location}: not judged, only a trust policy says who may approve`;
    return printable(`${location}: ${state}, ${reason}${code === undefined ? '' : ` (${code})`}`);
  });
}
