import { defineCheck } from '../check.ts';
import { notApplicable, theArchive } from '../results.ts';
import { trustResults } from '../trust-results.ts';

export const attestations = defineCheck({
  id: 'signature/attestations',
  title: 'The statements the trust policy demands are there, hold, and say what is wanted',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'signatures'],
  help: {
    why: 'A signature says who, a statement says how: who built it, from what, and what was found in it.',
    fix: 'Ask the producer for the named statement, in a file <archive>.<name>.intoto.jsonl beside the archive',
    source: 'signing rules, 7.2; in-toto Statement v1',
  },
  *evaluate({ identity, signatures }) {
    const results = trustResults(signatures, 'attestations');
    if (results.length === 0) yield notApplicable(theArchive(identity), 'no statement is demanded');
    yield* results;
  },
});
