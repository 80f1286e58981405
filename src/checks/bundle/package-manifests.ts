import { judgeTree } from '../bundle-results.ts';
import { defineCheck } from '../check.ts';

/** Which blob is which file of a package. */
export const packageManifests = defineCheck({
  id: 'bundle/package-manifests',
  title: 'The manifest of every package names each of its files once',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'bundle'],
  help: {
    why: 'A file under a wrong name, or named twice, is written to another place than the checks of the package assume.',
    fix: 'Create the bundle again from sound packages.',
    source: 'UDS bundle format, 2.3 and 2.7',
  },
  evaluate: (facts) =>
    judgeTree(
      'package-manifests',
      facts,
      ({ members = [] }) => `the manifests of ${members.length} packages name each file once`,
    ),
});
