import { textOf } from '../../zarf/deployed-object.ts';
import { type ContainerFault, isLater, judgeContainers, secured } from '../judge-containers.ts';
import { definePackageCheck } from '../lint-check.ts';
import type { PlacedContainer, PlacedPod } from '../pods.ts';

export const seccomp = definePackageCheck({
  id: 'security/seccomp',
  title: 'Every container runs with a seccomp profile',
  severity: 'warning',
  help: {
    why: 'Without a profile every system call of the kernel can be reached.',
    fix: 'Set seccompProfile.type: RuntimeDefault for the pod.',
    source: 'Pod security standards, restricted; release model §3.1',
  },
  examples: {
    good: `kind: Pod
spec: { securityContext: { seccompProfile: { type: RuntimeDefault } }, containers: [{ name: api }] }`,
    bad: `kind: Pod
spec: { containers: [{ name: api }] }`,
  },
  *evaluate(facts) {
    yield* judgeContainers(facts, judge, 'has a seccomp profile');
  },
});

function* judge(container: PlacedContainer, pod: PlacedPod): Generator<ContainerFault> {
  const type = secured(container, pod, 'seccompProfile', 'type');
  if (type === 'RuntimeDefault' || type === 'Localhost' || isLater(type)) return;
  yield {
    message:
      type === undefined ? 'has no seccomp profile' : `has the seccomp profile ${textOf(type)}`,
    path: ['securityContext'],
  };
}
