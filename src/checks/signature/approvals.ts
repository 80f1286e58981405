import { defineCheck } from '../check.ts';
import { notApplicable, theArchive } from '../results.ts';
import { trustResults } from '../trust-results.ts';

export const approvals = defineCheck({
  id: 'signature/approvals',
  title:
    'Every approval beside the archive holds, is by somebody the trust policy names, and is over this very archive',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'signatures'],
  help: {
    why: 'An approval says that a person looked at this archive, and at no other.',
    fix: 'Take away what is not about this archive; ask whoever approves to do so again: cowa-release approve',
    source: 'docs/approve.md',
  },
  *evaluate({ identity, signatures }) {
    const results = trustResults(signatures, 'approvals');
    if (results.length === 0)
      yield notApplicable(theArchive(identity), 'there are no approvals beside the archive');
    yield* results;
  },
});
