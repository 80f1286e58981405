import type { Check } from './check.ts';

/** What is said of a policy while an archive or a folder is judged by it; decided in `src/policy/`. */
export type PolicyCheck = Omit<Check, 'needs' | 'evaluate'>;

export const waiversCheck: PolicyCheck = {
  id: 'policy/waivers',
  title: 'Every waiver of the policy still holds',
  area: 'policy',
  severity: 'warning',
  help: {
    why: 'A waiver is an exception with an end: one that ran out excuses nothing any more, and somebody promised to be done by then.',
    fix: 'Ask its owner: correct what was waived and remove the waiver, or give it a new date with a new reason',
    source: 'cowa-release docs/policy.md, waivers',
  },
};

export const thresholdsCheck: PolicyCheck = {
  id: 'policy/thresholds',
  title: 'Warnings, notes and undecided findings stay within the numbers of the policy',
  area: 'policy',
  severity: 'error',
  help: {
    why: 'A number of small findings that somebody decided not to bear is a failure of its own.',
    fix: 'Look at the findings it counted, or raise the threshold in the policy',
    source: 'cowa-release docs/policy.md, thresholds',
  },
};

/** By id. */
export const policyChecks: readonly PolicyCheck[] = [thresholdsCheck, waiversCheck];
