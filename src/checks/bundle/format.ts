import { judgeTree } from '../bundle-results.ts';
import { defineCheck } from '../check.ts';

/** What a newer program wrote may mean other things by the same words. */
export const format = defineCheck({
  id: 'bundle/format',
  title: 'Every part of the bundle is of a format this program knows',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'bundle'],
  help: {
    why: 'A part of unknown type was not looked at, so nothing can be said of what it does.',
    fix: 'Use a release of cowa-release that knows the format, or build the bundle for a deploying program of today.',
    source: 'UDS bundle format, 2.2, 3.2 and 3.3',
  },
  evaluate: (facts) =>
    judgeTree(
      'format',
      facts,
      ({ format }) => `every part is of the ${format} format as it is known`,
    ),
});
