import { defineCheck } from '../check.ts';
import { judgeContainer } from '../container-problems.ts';

/** Every path stands for one entry. */
export const duplicates = defineCheck({
  id: 'container/duplicates',
  title: 'Every path stands for one entry',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container'],
  help: {
    why: 'Of two entries with one path one program takes the first and another the last, so what was checked need not be what runs.',
    fix: 'Build the archive again with each path once.',
    source: 'POSIX.1-2017 pax; Zarf package format, 1.3',
  },
  evaluate: (facts) =>
    judgeContainer(
      'container/duplicates',
      facts,
      'no two entries share a path, also when case is ignored',
    ),
});
