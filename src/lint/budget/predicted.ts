import { fail, notApplicable, pass } from '../../checks/results.ts';
import { judgeSize } from '../../policy/size-budget.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';
import { predictedSizes } from '../predicted-sizes.ts';

export const predicted = defineReleaseCheck({
  id: 'budget/predicted',
  title: 'What will be built keeps its budgets, as far as lock file and payloads tell',
  severity: 'error',
  help: {
    why: 'A package below its floor has lost its weights, one above its ceiling will not fit the medium: both are known before an hour of building.',
    fix: 'Look at what is missing or too large; change the budget in the policy only when the size is meant.',
    source: 'Release model §7, budgets; requirement R68; past failure P3',
  },
  examples: {
    good: `# policy: a floor and a ceiling
budgets: [{ kind: package, name: backend, min: 3500MB, max: 6500MB }]
# cowa-release.lock.json and the payload of backend: 4 100 000 000 bytes`,
    bad: `budgets: [{ kind: package, name: backend, min: 3500MB, max: 6500MB }]
# the payload is empty, images alone are 79 000 000 bytes`,
  },
  *evaluate(facts) {
    const limits = facts.budget?.limits ?? [];
    const subject = wholeSubject(facts);
    if (limits.length === 0 || facts.budget?.lock === undefined) {
      yield notApplicable(subject, 'there are no budgets, or no lock file that tells sizes');
      return;
    }
    let count = 0;
    for (const { kind, name, bytes, missing } of predictedSizes(facts))
      for (const { budget, outcome } of judgeSize(kind, name, bytes, limits)) {
        count++;
        const about = { kind, name };
        if (outcome === 'over')
          yield fail(
            about,
            `${bytes} bytes go in, more than the ${budget.maxBytes} of its budget`,
            {
              code: 'BUDGET_OVER',
            },
          );
        // What is packed is smaller still; what nobody counted may be the rest.
        else if (outcome === 'under' && missing === undefined)
          yield fail(about, `${bytes} bytes go in, less than the ${budget.minBytes} that are due`, {
            code: 'BUDGET_UNDER',
          });
      }
    if (count === 0) yield notApplicable(subject, 'no budget speaks of what is here');
    else yield pass(subject, `${count} budgets were compared with what goes in`);
  },
});
