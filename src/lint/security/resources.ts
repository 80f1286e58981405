import { inside } from '../../zarf/deployed-object.ts';
import { type ContainerFault, judgeContainers } from '../judge-containers.ts';
import { definePackageCheck } from '../lint-check.ts';
import type { PlacedContainer } from '../pods.ts';

export const resources = definePackageCheck({
  id: 'security/resources',
  title: 'Every container says what it needs and how much memory it may take',
  severity: 'warning',
  help: {
    why: 'Without requests the scheduler puts pods where they do not fit; without a limit one container takes the memory of all others.',
    fix: 'Set requests for cpu and memory and a limit for memory; a limit alone counts as the request.',
    source: 'Kubernetes, resource management; release model §3.1; requirement R69',
  },
  examples: {
    good: `kind: Pod
spec: { containers: [{ name: api, resources: { requests: { cpu: 100m, memory: 256Mi }, limits: { memory: 1Gi } } }] }`,
    bad: `kind: Pod
spec: { containers: [{ name: api }] }`,
  },
  *evaluate(facts) {
    yield* judgeContainers(facts, judge, 'says what it needs');
  },
});

function* judge({ value }: PlacedContainer): Generator<ContainerFault> {
  const has = (list: string, name: string): boolean =>
    (inside(value, 'resources', list, name) ?? null) !== null;
  const lacks = [
    ...['cpu', 'memory']
      .filter((name) => !has('requests', name) && !has('limits', name))
      .map((name) => `request for ${name}`),
    ...(has('limits', 'memory') ? [] : ['limit for memory']),
  ];
  if (lacks.length > 0) yield { message: `has no ${lacks.join(', no ')}`, path: ['resources'] };
}
