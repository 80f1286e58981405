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
    fix: 'Ask for a smaller archive; only for one from a source you trust raise the limit: verify --max-entries, --max-entry-size, --max-expansion, --max-frames.',
    source: 'docs/limits.md',
  },
  evaluate: (facts) =>
    judgeContainer('container/limits', facts, 'entries, sizes and expansion are within the limits'),
});
