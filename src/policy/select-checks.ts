import type { Check, CheckId, Finding } from '../checks/check.ts';
import { helpOf } from '../checks/code-help.ts';
import { printable } from '../support/printable.ts';
import { matchesPattern } from './matches-pattern.ts';

/** Which checks are wanted. Patterns: exact ids, or with `*` for any run of characters. */
export interface CheckSelection {
  /** Only these; empty: all. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

export const allSelected: CheckSelection = { only: [], skip: [] };

type Described = Pick<Check, 'id' | 'severity' | 'help'>;

/** The checks to run, and for each of the others the finding that says it was not looked at. */
export function selectChecks<Each extends Described>(
  checks: readonly Each[],
  selection: CheckSelection,
  subject: string,
): { readonly chosen: readonly Each[]; readonly left: readonly Finding[] } {
  const chosen: Each[] = [];
  const left: Finding[] = [];
  for (const check of checks) {
    const because = leftOutBy(check.id, selection);
    if (because === undefined) chosen.push(check);
    else left.push(notLookedAt(check, because, 'CHECK_SKIPPED', subject));
  }
  return { chosen, left };
}

/** The flags of a selection as spelt: what weakens a verdict. */
export function selectionFlags({ only, skip }: CheckSelection): readonly string[] {
  return [...only.map((each) => `--checks ${each}`), ...skip.map((each) => `--skip ${each}`)];
}

function leftOutBy(id: CheckId, { only, skip }: CheckSelection): string | undefined {
  const skipped = skip.find((pattern) => matchesPattern(id, pattern));
  if (skipped !== undefined) return `--skip ${skipped}`;
  const wanted = only.length === 0 || only.some((pattern) => matchesPattern(id, pattern));
  return wanted ? undefined : `--checks ${only.join(' --checks ')}`;
}

/**
 * What is said of a check that was left out.
 * @param because the flag that asked for it
 */
export function notLookedAt(
  { id, severity, help }: Described,
  because: string,
  code: 'CHECK_SKIPPED' | 'CHECK_NOT_QUICK',
  subject: string,
): Finding {
  return {
    id,
    severity,
    outcome: 'undecided',
    subject: { kind: 'archive', name: printable(subject) },
    message: `not looked at, as asked for by ${printable(because, 300)}`,
    code,
    help: helpOf({ help }, code),
  };
}
