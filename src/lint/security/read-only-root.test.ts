import { aPod, judgesPackages } from '../../../test/support/a-deployment.ts';
import { readOnlyRoot } from './read-only-root.ts';

judgesPackages(readOnlyRoot, {
  silent: {
    'a file system that is read only': aPod(
      '{ containers: [{ name: a, securityContext: { readOnlyRootFilesystem: true } }] }',
    ),
    'a container someone adds for a look': aPod(
      '{ ephemeralContainers: [{ name: a }], containers: [] }',
    ),
  },
  finds: {
    'nothing said': [
      aPod('{ containers: [{ name: a }] }'),
      "warning 5: container 'a' can write to its root file system",
    ],
    'one said for the pod, where it means nothing': [
      aPod('{ securityContext: { readOnlyRootFilesystem: true }, containers: [{ name: a }] }'),
      "container 'a' can write",
    ],
  },
  nothing: 'no container is deployed',
});
