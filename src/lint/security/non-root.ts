import { type ContainerFault, isLater, judgeContainers, secured } from '../judge-containers.ts';
import { definePackageCheck } from '../lint-check.ts';
import type { PlacedContainer, PlacedPod } from '../pods.ts';

export const nonRoot = definePackageCheck({
  id: 'security/non-root',
  title: 'No container runs as root',
  severity: 'warning',
  help: {
    why: 'A fault in a program that runs as root reaches further: into its files, and with a second fault into the node.',
    fix: 'Set runAsNonRoot: true and a numeric runAsUser, for the pod or the container, and build the image for that user.',
    source: 'Pod security standards, restricted; requirements R14 and R72',
  },
  examples: {
    good: `kind: Pod
spec: { securityContext: { runAsNonRoot: true, runAsUser: 65532 }, containers: [{ name: api }] }`,
    bad: `kind: Pod
spec: { containers: [{ name: api }] } # whatever the image says`,
  },
  *evaluate(facts) {
    yield* judgeContainers(facts, judge, 'does not run as root');
  },
});

function* judge(container: PlacedContainer, pod: PlacedPod): Generator<ContainerFault> {
  const user = secured(container, pod, 'runAsUser');
  const nonRoot = secured(container, pod, 'runAsNonRoot');
  const path = ['securityContext'];
  if (user === 0) yield { message: 'runs as user 0', path: [...path, 'runAsUser'] };
  else if (nonRoot === false && user === undefined)
    yield { message: 'may run as root: runAsNonRoot is false', path: [...path, 'runAsNonRoot'] };
  else if (nonRoot !== true && typeof user !== 'number' && !isLater(user) && !isLater(nonRoot))
    yield { message: 'may run as root: neither runAsNonRoot nor runAsUser is set', path };
}
