import { defineCheck } from '../check.ts';
import { notApplicable, theArchive } from '../results.ts';
import { trustResults } from '../trust-results.ts';

export const clock = defineCheck({
  id: 'signature/clock',
  title: 'No signed time is later than the clock of this machine',
  area: 'signature',
  severity: 'warning',
  needs: ['identity', 'signatures'],
  help: {
    why: 'A clock that is behind makes what has ended look valid. Whatever must not have ended is compared with the latest signed time instead, so that nothing passes by it.',
    fix: 'Set the clock of this machine; if it is right, ask who runs the timestamp authority',
    source: 'signing rules, 5.3',
  },
  *evaluate({ identity, signatures }) {
    const results = trustResults(signatures, 'clock');
    if (results.length === 0)
      yield notApplicable(theArchive(identity), 'no signed time was judged');
    yield* results;
  },
});
