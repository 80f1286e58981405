import { defineCheck } from '../check.ts';
import { judgeContainer } from '../container-problems.ts';

/** Skippable frames hold what nobody looks at; the seek table is the one that is judged. */
export const hiddenBytes = defineCheck({
  id: 'container/hidden-bytes',
  title: 'No frame but the seek table is passed over by readers',
  area: 'container',
  severity: 'error',
  needs: ['identity', 'container'],
  help: {
    why: 'Readers skip such frames and no signature of a package covers them: they can carry anything past those who only unpack.',
    fix: 'Compress the tar anew, or sign the archive again with cowa-release, which writes nothing but the seek table.',
    source: 'RFC 8878, 3.1.2',
  },
  evaluate: (facts) =>
    judgeContainer('container/hidden-bytes', facts, 'no frame holds bytes that nobody reads'),
});
