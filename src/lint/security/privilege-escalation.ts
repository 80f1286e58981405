import { inside } from '../../zarf/deployed-object.ts';
import { type ContainerFault, isLater, judgeContainers } from '../judge-containers.ts';
import { definePackageCheck } from '../lint-check.ts';
import type { PlacedContainer } from '../pods.ts';

export const privilegeEscalation = definePackageCheck({
  id: 'security/privilege-escalation',
  title: 'No container can gain more rights than it starts with',
  severity: 'warning',
  help: {
    why: 'A program with the set-user-id bit in the image would become root.',
    fix: 'Set allowPrivilegeEscalation: false.',
    source: 'Pod security standards, restricted; release model §3.1',
  },
  examples: {
    good: `kind: Pod
spec: { containers: [{ name: api, securityContext: { allowPrivilegeEscalation: false } }] }`,
    bad: `kind: Pod
spec: { containers: [{ name: api }] }`,
  },
  *evaluate(facts) {
    yield* judgeContainers(facts, judge, 'cannot gain rights');
  },
});

function* judge({ value }: PlacedContainer): Generator<ContainerFault> {
  const escalation = inside(value, 'securityContext', 'allowPrivilegeEscalation');
  if (escalation !== false && !isLater(escalation))
    yield {
      message: 'may gain rights while it runs',
      path: ['securityContext', 'allowPrivilegeEscalation'],
    };
}
