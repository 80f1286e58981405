import { judgeTree } from '../bundle-results.ts';
import { defineCheck } from '../check.ts';

/** The binding of every byte to the root. */
export const blobs = defineCheck({
  id: 'bundle/blobs',
  title: 'Every blob the bundle leads to is there and has the digest and size promised',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'bundle'],
  help: {
    why: 'Deploying programs do not compare all of them: a blob exchanged under its name is inspected as one thing and deployed as another.',
    fix: 'Copy the bundle again; if it stays so, create it again.',
    source: 'UDS bundle format, 2.1, 3.1 and 5.4; OCI image-spec 1.1, descriptor.md',
  },
  evaluate: (facts) =>
    judgeTree('blobs', facts, () => 'every blob that is led to is there with its digest and size'),
});
