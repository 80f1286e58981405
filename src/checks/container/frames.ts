import { defineCheck } from '../check.ts';
import { judgeContainer } from '../container-problems.ts';

/** Every zstd frame is whole, valid and within what readers take. */
export const frames = defineCheck({
  id: 'container/frames',
  title: 'Every zstd frame is whole, valid and within what readers take',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container'],
  help: {
    why: 'A frame that is cut, altered or needs what readers lack is decoded differently, or not at all, by the next program.',
    fix: 'Fetch or copy the archive again; if it stays so, its producer has to write it again.',
    source: 'RFC 8878, 3.1.1',
  },
  evaluate: (facts) => judgeContainer('container/frames', facts, 'every frame is whole and valid'),
});
