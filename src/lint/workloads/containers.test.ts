import { aPod, judgesPackages } from '../../../test/support/a-deployment.ts';
import { containers } from './containers.ts';

judgesPackages(containers, {
  silent: {
    'a sound pod': aPod(
      '{ containers: [{ name: a, ports: [{ containerPort: 80 }], env: [{ name: A }, { name: B }] }, { name: b, ports: [{ containerPort: 81 }], env: [{ name: A }] }] }',
    ),
    'one port for two protocols': aPod(
      '{ containers: [{ name: a, ports: [{ name: dns, containerPort: 53 }, { name: dns-udp, containerPort: 53, protocol: UDP }] }] }',
    ),
    'a port an init container has given back': aPod(
      '{ initContainers: [{ name: i, ports: [{ containerPort: 80 }] }], containers: [{ name: a, ports: [{ containerPort: 80 }] }] }',
    ),
    'names that are settled at deployment': aPod(
      '{ containers: [{ name: "###ZARF_VAR_A###" }, { name: "###ZARF_VAR_A###" }] }',
    ),
  },
  finds: {
    'a name twice': [
      aPod('{ initContainers: [{ name: a }], containers: [{ name: a }] }'),
      "error 5: container 'a' stands twice in the pod",
    ],
    'a container without a name': [
      aPod('{ containers: [{ image: a }] }'),
      'error 5: a container has no name',
    ],
    'a variable twice': [
      aPod('{ containers: [{ name: a, env: [{ name: A, value: b }, { name: A, value: c }] }] }'),
      "warning 5: variable A stands twice in container 'a'",
    ],
    'a mount point twice': [
      aPod(
        '{ containers: [{ name: a, volumeMounts: [{ name: a, mountPath: /a }, { name: b, mountPath: /a }] }] }',
      ),
      "error 5: mount point /a stands twice in container 'a'",
    ],
    'a port name twice': [
      aPod(
        '{ containers: [{ name: a, ports: [{ name: p, containerPort: 1 }, { name: p, containerPort: 2 }] }] }',
      ),
      "error 5: port p stands twice in container 'a'",
    ],
    'two that listen on one port': [
      aPod(
        '{ containers: [{ name: a, ports: [{ containerPort: 80 }] }, { name: b, ports: [{ containerPort: 80 }] }] }',
      ),
      "warning 5: container 'b' listens on 80/TCP, as container 'a' does",
    ],
    'a sidecar that keeps its port': [
      aPod(
        '{ initContainers: [{ name: i, restartPolicy: Always, ports: [{ containerPort: 80 }] }], containers: [{ name: b, ports: [{ containerPort: 80 }] }] }',
      ),
      "warning 5: container 'b' listens on 80/TCP, as init container 'i' does",
    ],
  },
  nothing: 'no pod is deployed',
});
