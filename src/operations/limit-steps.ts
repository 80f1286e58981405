import { parseMemory } from '../config/memory-size.ts';
import type { StepRule } from '../config/release-definition.ts';
import { matchesPattern } from '../policy/matches-pattern.ts';
import type { Run } from '../support/run.ts';
import type { GraphStep } from './run-graph.ts';

/**
 * The same steps with the limits a definition sets: of several rules that name a step, the first counts. A rule
 * that names none of them is told: it may be misspelt, or meant for another flavor.
 */
export function limitSteps(
  steps: readonly GraphStep[],
  rules: readonly StepRule[] | undefined,
  run: Run,
): readonly GraphStep[] {
  if (rules === undefined) return steps;
  const used = new Set<StepRule>();
  const limited = steps.map((step): GraphStep => {
    const named = rules.filter((each) => matchesPattern(step.id, each.step));
    for (const each of named) used.add(each);
    const [rule] = named;
    if (rule === undefined) return step;
    return {
      ...step,
      ...(rule.timeoutMinutes === undefined ? {} : { timeoutMs: rule.timeoutMinutes * 60_000 }),
      ...memoryOf(rule),
      ...(rule.bestEffort === undefined ? {} : { bestEffort: rule.bestEffort }),
    };
  });
  for (const rule of rules)
    if (!used.has(rule))
      run.onProgress?.({
        kind: 'note',
        message: `steps: '${rule.step}' names no step of this run`,
      });
  return limited;
}

function memoryOf({ memory }: StepRule): Pick<GraphStep, 'memoryBytes'> {
  const memoryBytes = memory === undefined ? undefined : parseMemory(memory);
  return memoryBytes === undefined ? {} : { memoryBytes };
}
