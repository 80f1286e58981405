import { defineCheck } from '../check.ts';
import { judgeContainer } from '../container-problems.ts';

/** Tar headers are valid and say one thing. */
export const headers = defineCheck({
  id: 'container/headers',
  title: 'Tar headers are valid and say one thing',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container'],
  help: {
    why: 'Where PAX and ustar disagree, two readers see two different sets of files in one archive.',
    fix: 'Write the archive again with a tar writer that sets both alike.',
    source: 'POSIX.1-2017 pax, ustar Interchange Format',
  },
  evaluate: (facts) =>
    judgeContainer('container/headers', facts, 'every header is valid and says one thing'),
});
