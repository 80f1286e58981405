import { defineCheck } from '../check.ts';
import { notApplicable, theArchive } from '../results.ts';
import { trustResults } from '../trust-results.ts';

export const expiry = defineCheck({
  id: 'signature/expiry',
  title: 'No key, certificate or policy that was used ends soon',
  area: 'signature',
  severity: 'warning',
  needs: ['identity', 'signatures'],
  help: {
    why: 'What is verified today cannot be verified after its end, when the release may be needed most.',
    fix: 'Have a new key, certificate or trust policy made and brought over before that day',
    source: 'docs/trust.md, "Time"',
  },
  *evaluate({ identity, signatures }) {
    const results = trustResults(signatures, 'expiry');
    if (results.length === 0)
      yield notApplicable(theArchive(identity), 'nothing that was used has an end');
    yield* results;
  },
});
