import { aPod, judgesPackages, object } from '../../../test/support/a-deployment.ts';
import { probes } from './probes.ts';

judgesPackages(probes, {
  silent: {
    'a container that says when it is ready': aPod(
      '{ containers: [{ name: a, ports: [{ containerPort: 1 }], readinessProbe: {} }] }',
    ),
    'a container without ports': aPod('{ containers: [{ name: a }] }'),
    'an init container': aPod(
      '{ initContainers: [{ name: a, ports: [{ containerPort: 1 }] }], containers: [] }',
    ),
    'a job': object(
      'batch/v1',
      'Job',
      'a',
      'spec: { template: { spec: { containers: [{ name: a, ports: [{ containerPort: 1 }] }] } } }',
    ),
    'a pod that ends': aPod(
      '{ restartPolicy: Never, containers: [{ name: a, ports: [{ containerPort: 1 }] }] }',
    ),
  },
  finds: {
    'a container that serves': [
      aPod('{ containers: [{ name: a, ports: [{ containerPort: 1 }], livenessProbe: {} }] }'),
      "warning 5: container 'a' has ports and no readinessProbe",
    ],
  },
  nothing: 'no container is deployed',
});
