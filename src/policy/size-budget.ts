import { matchesPattern } from './matches-pattern.ts';
import type { SizeBudget } from './policy.ts';

/** A size against one budget that applies to it. */
export interface BudgetVerdict {
  readonly budget: SizeBudget;
  readonly outcome: 'within' | 'over' | 'under';
}

/** Compares a size, in bytes, with every budget for things of this kind and name. */
export function judgeSize(
  kind: SizeBudget['kind'],
  name: string,
  size: number,
  budgets: readonly SizeBudget[],
): readonly BudgetVerdict[] {
  return budgets
    .filter((budget) => budget.kind === kind && matchesPattern(name, budget.pattern))
    .map((budget) => ({ budget, outcome: outcomeOf(size, budget) }));
}

function outcomeOf(size: number, { minBytes, maxBytes }: SizeBudget): BudgetVerdict['outcome'] {
  if (maxBytes !== undefined && size > maxBytes) return 'over';
  return minBytes !== undefined && size < minBytes ? 'under' : 'within';
}
