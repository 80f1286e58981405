import { defineCheck } from '../check.ts';
import { notApplicable, theArchive } from '../results.ts';
import { trustResults } from '../trust-results.ts';

export const revoked = defineCheck({
  id: 'signature/revoked',
  title: 'Nothing in the archive is revoked',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'signatures'],
  help: {
    why: 'What was found to be bad after it was signed keeps its good signature: only a list of digests keeps it out.',
    fix: 'Do not use it; ask the producer for a release without it',
    source: 'docs/trust.md, "Revocation"',
  },
  *evaluate({ identity, signatures }) {
    const results = trustResults(signatures, 'revoked');
    if (results.length === 0)
      yield notApplicable(theArchive(identity), 'nothing is revoked: there is no trust policy');
    yield* results;
  },
});
