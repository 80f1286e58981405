import { defineCheck } from '../check.ts';
import { notApplicable, theArchive } from '../results.ts';
import { trustResults } from '../trust-results.ts';

export const trustPolicy = defineCheck({
  id: 'signature/trust-policy',
  title: 'The trust policy is in force, and not older than the one used last',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'signatures'],
  help: {
    why: 'A policy that has ended, or an old one put back, believes keys that are no longer to be believed.',
    fix: 'Get the present trust policy over the way policies come, and check it with: cowa-release trust check',
    source: 'signing rules, 7.2 and 7.3',
  },
  *evaluate({ identity, signatures }) {
    const results = trustResults(signatures, 'policy');
    if (results.length === 0) yield notApplicable(theArchive(identity), 'there is no trust policy');
    yield* results;
  },
});
