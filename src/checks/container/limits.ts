import { defineCheck } from '../check.ts';
import { judgeContainer } from '../container-problems.ts';

/** The archive stays within the limits of reading. */
export const limits = defineCheck({
  id: 'container/limits',
  title: 'The archive stays within the limits of reading',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container'],
  help: {
    why: 'An archive that grows without bound, or has more entries than any release, is made to exhaust who reads it.',
    fix: 'Raise the limit only for an archive from a source you trust; else ask for a smaller one.',
    source: 'cowa-release, reading limits',
  },
  evaluate: (facts) =>
    judgeContainer('container/limits', facts, 'entries, sizes and expansion are within the limits'),
});
