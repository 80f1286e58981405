import { judgeTree } from '../bundle-results.ts';
import { defineCheck } from '../check.ts';

/** Where every reader begins. */
export const index = defineCheck({
  id: 'bundle/index',
  title: 'The index of the bundle is complete and leads to one bundle',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'bundle'],
  help: {
    why: 'The index is the only way to the rest: with none, or with two entries, programs crash or take different ones.',
    fix: 'Create the bundle again; do not edit index.json by hand.',
    source: 'UDS bundle format, 2.1, 3.2 and 6',
  },
  evaluate: (facts) =>
    judgeTree(
      'index',
      facts,
      () => 'the index is there, of the right form, and leads to one bundle',
    ),
});
