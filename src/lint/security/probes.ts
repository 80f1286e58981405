import { inside } from '../../zarf/deployed-object.ts';
import { type ContainerFault, judgeContainers } from '../judge-containers.ts';
import { definePackageCheck } from '../lint-check.ts';
import { boxesAt, type PlacedContainer, type PlacedPod } from '../pods.ts';

export const probes = definePackageCheck({
  id: 'security/probes',
  title: 'Every container that serves says when it is ready',
  severity: 'warning',
  help: {
    why: 'Without a probe a container gets requests before it can answer, and keeps getting them when it cannot any more.',
    fix: 'Add a readinessProbe to each container that declares ports; jobs and init containers need none.',
    source: 'Release model §3.1; requirement R66',
  },
  examples: {
    good: `kind: Deployment
spec: { template: { spec: { containers: [{ name: api, ports: [{ name: http, containerPort: 8080 }],
  readinessProbe: { httpGet: { path: /healthz, port: http } } }] } } }`,
    bad: `kind: Deployment
spec: { template: { spec: { containers: [{ name: api, ports: [{ name: http, containerPort: 8080 }] }] } } }`,
  },
  *evaluate(facts) {
    yield* judgeContainers(facts, judge, 'needs no probe, or has one');
  },
});

function* judge(
  { role, value }: PlacedContainer,
  { object, spec }: PlacedPod,
): Generator<ContainerFault> {
  // A pod that ends by itself serves nobody.
  const ends =
    object.kind === 'Job' ||
    object.kind === 'CronJob' ||
    (spec['restartPolicy'] ?? 'Always') !== 'Always';
  if (ends || role !== 'containers' || boxesAt(value, ['ports']).length === 0) return;
  if ((inside(value, 'readinessProbe') ?? null) === null)
    yield { message: 'has ports and no readinessProbe', path: [] };
}
