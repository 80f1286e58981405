import { fail, notApplicable, pass } from '../../checks/results.ts';
import { matchGoPattern } from '../../zarf/go-pattern.ts';
import { definitionSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { packageSubject } from '../lint-results.ts';
import { actionVariables } from '../package-variables.ts';

export const defaulted = definePackageCheck({
  id: 'variables/defaulted',
  title: 'Every variable has a default, is asked for, or is set by an action',
  severity: 'note',
  help: {
    why: 'Without any of these a deployment fills it with nothing, or stops when its pattern wants more than nothing: whoever deploys has to know.',
    fix: 'Give it a default, or prompt: true where a person has to say it; tell operators in the documents where neither fits.',
    source: 'Zarf, variables.default and prompt; release model §3.3, every variable gets a default',
  },
  examples: {
    good: `variables:
  - { name: DOMAIN, default: uds.dev }
  - { name: LICENSE, prompt: true }`,
    bad: `variables:
  - { name: DOMAIN }`,
  },
  *evaluate(facts) {
    const { variables = [] } = facts.definition;
    const set = new Set(actionVariables(facts.definition).map(({ name }) => name));
    for (const [index, { name, default: value, prompt, pattern }] of variables.entries()) {
      if (value !== undefined || prompt === true || set.has(name)) continue;
      // Whoever builds a package leaves out a default that is empty.
      if (facts.definition.build !== undefined) continue;
      const stops = pattern !== undefined && matchGoPattern(pattern, '') === 'differs';
      yield fail(
        definitionSubject(facts, `/variables/${index}`),
        stops
          ? `variable ${name} has no default and is not asked for: a deployment that does not set it stops at its pattern`
          : `variable ${name} has no default and is not asked for: a deployment that does not set it fills in nothing`,
      );
    }
    const subject = packageSubject(facts);
    if (variables.length === 0) yield notApplicable(subject, 'no variables are declared');
    else yield pass(subject, `${variables.length} variables were looked at`);
  },
});
