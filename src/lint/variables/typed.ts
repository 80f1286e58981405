import { fail, notApplicable, pass, undecided } from '../../checks/results.ts';
import { matchGoPattern } from '../../zarf/go-pattern.ts';
import { definitionSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { packageSubject } from '../lint-results.ts';

export const typed = definePackageCheck({
  id: 'variables/typed',
  title: 'Every pattern of a variable is one, and fits the default',
  severity: 'error',
  help: {
    why: 'A value that does not fit its pattern stops the deployment; a default that does not fit stops every deployment that leaves it alone.',
    fix: 'Correct the default or the pattern of the variable.',
    source: 'Zarf, variables.pattern; release model §3.2 and §3.3, tables of variables',
  },
  examples: {
    good: `variables:
  - { name: GPU_LIMIT, default: "0", pattern: '^[0-9]+$' }`,
    bad: `variables:
  - { name: GPU_LIMIT, default: none, pattern: '^[0-9]+$' }`,
  },
  *evaluate(facts) {
    const variables = facts.definition.variables ?? [];
    let judged = 0;
    for (const [index, { name, pattern, default: value, sensitive }] of variables.entries()) {
      if (pattern === undefined || pattern === '') continue;
      judged++;
      const pointer = `/variables/${index}`;
      const verdict = matchGoPattern(pattern, value ?? '');
      if (verdict === 'invalid')
        yield fail(
          definitionSubject(facts, `${pointer}/pattern`),
          `the pattern ${pattern} of variable ${name} is no regular expression of Go`,
        );
      else if (value === undefined) continue;
      else if (verdict === 'undecided')
        yield undecided(
          definitionSubject(facts, `${pointer}/pattern`),
          `the pattern ${pattern} of variable ${name} cannot be judged here`,
        );
      else if (verdict === 'differs')
        yield fail(
          definitionSubject(facts, `${pointer}/default`),
          `the default ${sensitive === true ? '' : `'${value}' `}of variable ${name} does not fit its pattern ${pattern}`,
        );
    }
    const subject = packageSubject(facts);
    if (judged === 0) yield notApplicable(subject, 'no variable has a pattern');
    else yield pass(subject, `${judged} patterns were compared with defaults`);
  },
});
