import { defineCheck } from '../check.ts';
import { judgeContainer } from '../container-problems.ts';

/** Entry names are relative, portable and UTF-8. */
export const entryNames = defineCheck({
  id: 'container/entry-names',
  title: 'Entry names are relative, portable and UTF-8',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container'],
  help: {
    why: 'A name that climbs, or that only some systems accept, is written elsewhere or refused after part was unpacked.',
    fix: 'Rename the entry where it comes from and build the archive again.',
    source: 'Zarf package format, 1.3',
  },
  evaluate: (facts) =>
    judgeContainer('container/entry-names', facts, 'every name is relative, portable and UTF-8'),
});
