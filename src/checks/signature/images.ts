import { defineCheck } from '../check.ts';
import { notApplicable, theArchive } from '../results.ts';
import { trustResults } from '../trust-results.ts';

export const images = defineCheck({
  id: 'signature/images',
  title: 'Images that the trust policy speaks of are covered by a signature that is believed',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'signatures'],
  help: {
    why: 'An image is what runs; where the policy demands more for it than for the package around it, that must hold.',
    fix: 'Sign what the entry of the trust policy demands, or change the entry',
    source: 'docs/trust.md, "Bundles, packages, images"',
  },
  *evaluate({ identity, signatures }) {
    const results = trustResults(signatures, 'images');
    if (results.length === 0)
      yield notApplicable(theArchive(identity), 'no image was judged: nobody was trusted');
    yield* results;
  },
});
