import { defineCheck } from '../check.ts';
import { notApplicable, theArchive } from '../results.ts';
import { trustResults } from '../trust-results.ts';

export const stray = defineCheck({
  id: 'signature/stray',
  title: 'No signature beside the archive was made by somebody nobody named',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'signatures'],
  help: {
    why: 'A signature that does not hold means that a file was swapped, belongs to something else, or comes from somebody unknown: whichever it is, the archive is not what its sender meant.',
    fix: 'Take the named signature away if it does not belong there; ask the producer for it again if it does; name its signer in the trust policy if he is to be believed',
    source: 'docs/trust.md, "Several signatures"; signing rules, 7.4',
  },
  *evaluate({ identity, signatures }) {
    const results = trustResults(signatures, 'stray');
    if (results.length === 0)
      yield notApplicable(theArchive(identity), 'no signature was judged: nobody was trusted');
    yield* results;
  },
});
