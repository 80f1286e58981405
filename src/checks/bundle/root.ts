import { judgeTree } from '../bundle-results.ts';
import { defineCheck } from '../check.ts';

/** The list of what the bundle consists of. */
export const root = defineCheck({
  id: 'bundle/root',
  title: 'The root of the bundle names its definition and its packages, and nothing else',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'bundle'],
  help: {
    why: 'A package that the root does not name, or names by a title, is deployed from the file and lost when the bundle is published.',
    fix: 'Create the bundle again; do not edit its manifests by hand.',
    source: 'UDS bundle format, 2.2 and 3.3',
  },
  evaluate: (facts) =>
    judgeTree(
      'root',
      facts,
      () => 'the root names the definition and the packages, and nothing else',
    ),
});
