import { defineCheck } from '../check.ts';
import { judgeContainer } from '../container-problems.ts';

/** Nothing lies behind the last zstd frame. */
export const trailingBytes = defineCheck({
  id: 'container/trailing-bytes',
  title: 'Nothing lies behind the last zstd frame',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container'],
  help: {
    why: 'Bytes that readers skip can carry anything past those who only unpack.',
    fix: 'Cut the file behind its last frame, or ask its producer for a clean copy.',
    source: 'RFC 8878, 3.1',
  },
  evaluate: (facts) =>
    judgeContainer('container/trailing-bytes', facts, 'nothing lies behind the last frame'),
});
