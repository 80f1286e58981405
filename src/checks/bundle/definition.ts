import { nothingLed, ofBundle, theBundle, treeProblems } from '../bundle-results.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { BundleFacts } from '../facts.ts';
import { fail, pass } from '../results.ts';

/** Overrides, references and keys are read from here, so it has to be the promised one. */
export const definition = defineCheck({
  id: 'bundle/definition',
  title: 'The definition inside is the one the root promises, and can be read in one way',
  area: 'definition',
  severity: 'error',
  needs: ['identity', 'container', 'bundle'],
  help: {
    why: 'The definition decides which packages are deployed with which values and keys; bytes that nothing binds to the root may be anyone’s.',
    fix: 'Create the bundle again from its definition; do not edit the archive.',
    source: 'UDS bundle format, 1.1, 1.4, 5.4 and 6',
  },
  evaluate: (facts) =>
    ofBundle(facts, function* (bundle, because) {
      const results = [...treeProblems('definition', bundle), ...documentProblems(bundle)];
      yield* results;
      if (
        results.some(
          ({ outcome, severity }) =>
            outcome === 'undecided' || severity === undefined || severity === 'error',
        )
      )
        return;
      const unread = [
        bundle.definition,
        ...(bundle.format === 'hybrid' ? [bundle.nextDefinition] : []),
      ].some((each) => each?.bundle === undefined);
      if (unread) yield nothingLed(bundle, because, 'the definition could not be looked at');
      else
        yield pass(
          theBundle(bundle),
          'the definition is the one promised and has the shape that readers need',
        );
    }),
});

function* documentProblems({ definition: first, nextDefinition }: BundleFacts): Generator<Result> {
  for (const parsed of [first, nextDefinition]) {
    const name = parsed?.format === 'next' ? 'bundle.uds.hcl' : 'uds-bundle.yaml';
    for (const { message, line, column, code, severity } of parsed?.problems ?? []) {
      yield fail({ kind: 'entry', name, line, column }, message, { code, severity });
    }
  }
}
