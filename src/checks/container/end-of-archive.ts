import { defineCheck } from '../check.ts';
import { judgeContainer } from '../container-problems.ts';

/** The tar inside ends where it says, and says so. */
export const endOfArchive = defineCheck({
  id: 'container/end-of-archive',
  title: 'The tar ends with two zero blocks and nothing follows them',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container'],
  help: {
    why: 'Readers stop at two zero blocks: what follows is seen by nobody and carried all the same. Without them a complete archive cannot be told from one that was cut.',
    fix: 'Fetch or copy the archive again; if it stays so, build it again with a writer that ends the tar properly.',
    source: 'POSIX.1-2017 pax, ustar Interchange Format',
  },
  evaluate: (facts) =>
    judgeContainer(
      'container/end-of-archive',
      facts,
      'the tar ends with two zero blocks and nothing follows them',
    ),
});
