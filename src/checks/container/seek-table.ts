import { defineCheck } from '../check.ts';
import { judgeContainer } from '../container-problems.ts';
import { notApplicable, theArchive, unseen } from '../results.ts';

/** A table is a hint for fast readers; one that lies shows them another archive. */
export const seekTable = defineCheck({
  id: 'container/seek-table',
  title: 'The seek table, where there is one, agrees with the frames',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container'],
  help: {
    why: 'Readers that jump by the table would see other content than readers that go from front to back.',
    fix: 'Sign or assemble the archive again with cowa-release, which writes the table anew.',
    source: 'Zstandard seekable format 0.1.0',
  },
  *evaluate(facts) {
    const { seekTable: state, problems } = facts.container;
    const spoken = problems.some((problem) => problem.code === 'ZSTD_SEEK_TABLE');
    if (state === 'absent' && !spoken && unseen(facts.container) === undefined)
      yield notApplicable(theArchive(facts.identity), 'the archive has no seek table');
    else
      yield* judgeContainer(
        'container/seek-table',
        facts,
        'the seek table agrees with every frame',
      );
  },
});
