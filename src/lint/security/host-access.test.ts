import { aPod, judgesPackages } from '../../../test/support/a-deployment.ts';
import { hostAccess } from './host-access.ts';

judgesPackages(hostAccess, {
  silent: {
    'a pod that stays within itself': aPod(
      '{ hostNetwork: false, volumes: [{ name: a, emptyDir: {} }], containers: [{ name: a, ports: [{ containerPort: 1 }] }] }',
    ),
  },
  finds: {
    'network and processes, once a pod': [
      aPod(
        '{ hostNetwork: true, hostPID: true, hostIPC: true, containers: [{ name: a }, { name: b }] }',
      ),
      "warning 5: container 'a' runs in a pod with hostNetwork",
      "container 'a' runs in a pod with hostPID",
      "container 'a' runs in a pod with hostIPC",
    ],
    'a folder of the node': [
      aPod('{ volumes: [{ name: v, hostPath: { path: / } }], containers: [{ name: a }] }'),
      'mounts a folder of the node',
    ],
    'a port of the node': [
      aPod('{ containers: [{ name: a, ports: [{ containerPort: 1, hostPort: 80 }] }] }'),
      "container 'a' takes port 80 of the node",
    ],
    'a privileged container': [
      aPod('{ containers: [{ name: a }, { name: b, securityContext: { privileged: true } }] }'),
      "container 'b' is privileged",
    ],
  },
  passesBeside: ['network and processes, once a pod', 'a privileged container'],
  nothing: 'no container is deployed',
});
