import { inside } from '../../zarf/deployed-object.ts';
import { type ContainerFault, judgeContainers } from '../judge-containers.ts';
import { definePackageCheck } from '../lint-check.ts';
import { boxesAt, type PlacedContainer, type PlacedPod } from '../pods.ts';

export const hostAccess = definePackageCheck({
  id: 'security/host-access',
  title: 'No pod reaches into the node it runs on',
  severity: 'warning',
  help: {
    why: 'The network, processes and files of the node are those of every pod on it; a privileged container is root there.',
    fix: 'Use a volume claim or emptyDir, a service, and the one capability that is needed. What cannot do without is a dated exception of the policy.',
    source: 'Pod security standards, baseline; requirement R98',
  },
  examples: {
    good: `kind: Pod
spec: { containers: [{ name: api }], volumes: [{ name: data, emptyDir: {} }] }`,
    bad: `kind: Pod
spec: { hostNetwork: true, containers: [{ name: api, securityContext: { privileged: true } }],
  volumes: [{ name: data, hostPath: { path: /var/lib/api } }] }`,
  },
  *evaluate(facts) {
    yield* judgeContainers(facts, judge, 'stays within its pod');
  },
});

function* judge(
  { value, path }: PlacedContainer,
  { spec, containers }: PlacedPod,
): Generator<ContainerFault> {
  if (inside(value, 'securityContext', 'privileged') === true)
    yield { message: 'is privileged', path: ['securityContext', 'privileged'] };
  for (const port of boxesAt(value, ['ports']))
    if (typeof port.value['hostPort'] === 'number' && port.value['hostPort'] > 0)
      yield {
        message: `takes port ${port.value['hostPort']} of the node`,
        path: [...port.path, 'hostPort'],
      };
  // What is of the pod is said once.
  if (path !== containers[0]?.path) return;
  for (const key of ['hostNetwork', 'hostPID', 'hostIPC'])
    if (spec[key] === true)
      yield { message: `runs in a pod with ${key}`, path: [key], ofPod: true };
  for (const volume of boxesAt(spec, ['volumes']))
    if (volume.value['hostPath'] !== undefined)
      yield {
        message: 'runs in a pod that mounts a folder of the node',
        path: [...volume.path, 'hostPath'],
        ofPod: true,
      };
}
