import { defineCheck } from '../check.ts';
import { notApplicable, theArchive } from '../results.ts';
import { trustResults } from '../trust-results.ts';

export const rollback = defineCheck({
  id: 'signature/rollback',
  title: 'The archive is not older than what was accepted last',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'signatures'],
  help: {
    why: 'An old release keeps its good signature, and brings back what the new one mended.',
    fix: 'Ask for the present release; to go back on purpose, verify without --since and begin a new record with --accept',
    source: 'signing rules, 7.1 and 7.4; docs/trust.md, "Rollback"',
  },
  *evaluate({ identity, signatures }) {
    const results = trustResults(signatures, 'rollback');
    if (results.length === 0)
      yield notApplicable(theArchive(identity), 'nothing says what was accepted last');
    yield* results;
  },
});
