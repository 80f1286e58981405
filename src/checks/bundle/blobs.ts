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
  codes: {
    BUNDLE_BLOB_MISSING: {
      why: 'What the bundle promises to carry is not in it, and inside the gap nothing can be fetched.',
      fix: 'Copy the bundle again. If it stays so, whoever made it left the file out: a component named with it has to be listed in optionalComponents when the bundle is created, or cowa-release builds it, which leaves nothing out',
    },
    BUNDLE_BLOB_DIGEST: {
      why: 'Deploying programs do not compare all blobs: one exchanged under its name is inspected as one thing and deployed as another.',
      fix: 'Do not use it. Copy the bundle again; if it stays so, it was changed after it was made, and only its producer can say what it should be',
    },
    BUNDLE_BLOB_SIZE: {
      why: 'A descriptor that says another size promises another blob; some programs refuse it, some read less.',
      fix: 'Copy the bundle again; if it stays so, have it created again from its definition',
    },
    BUNDLE_BLOB_UNREAD: {
      why: 'What could not be read to its end may be anything.',
      fix: 'Copy the bundle again where reading ended early; where a document is too large to be judged, ask its producer why',
    },
    BUNDLE_LIMIT: {
      why: 'A small bundle whose parts lead to each other over and over is made to exhaust who reads it.',
      fix: 'Do not use it; ask its producer. No bundle of real packages comes near this limit',
    },
  },
  evaluate: (facts) =>
    judgeTree('blobs', facts, () => 'every blob that is led to is there with its digest and size'),
});
