import type { Result } from '../../checks/check.ts';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { inside, textOf } from '../../zarf/deployed-object.ts';
import { objectSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import {
  allPods,
  boxesAt,
  isOpen,
  type Path,
  type PlacedContainer,
  type PlacedPod,
} from '../pods.ts';

/** Where a port may be asked or told. */
const askers: readonly Path[] = ['livenessProbe', 'readinessProbe', 'startupProbe']
  .flatMap((probe): Path[] => [
    [probe, 'httpGet', 'port'],
    [probe, 'tcpSocket', 'port'],
    [probe, 'grpc', 'port'],
  ])
  .concat(
    ['postStart', 'preStop'].flatMap((hook): Path[] => [
      ['lifecycle', hook, 'httpGet', 'port'],
      ['lifecycle', hook, 'tcpSocket', 'port'],
    ]),
  );

export const probes = definePackageCheck({
  id: 'workloads/probes',
  title: 'Every probe asks a port its container has',
  severity: 'error',
  help: {
    why: 'A probe of a port name that the container does not declare fails, and the pod is never ready.',
    fix: 'Name a port of the same container. A number that no container of the pod declares is only a warning, since declaring ports is optional.',
    source: 'Kubernetes API, core/v1 Probe; release model §3.4',
  },
  examples: {
    good: `kind: Pod
spec: { containers: [{ name: api, ports: [{ name: http, containerPort: 8080 }],
  readinessProbe: { httpGet: { path: /healthz, port: http } } }] }`,
    bad: `kind: Pod
spec: { containers: [{ name: api, ports: [{ name: web, containerPort: 8080 }],
  readinessProbe: { httpGet: { path: /healthz, port: http } } }] }`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const pod of allPods(facts))
      for (const container of pod.containers)
        for (const asker of askers) {
          const port = inside(container.value, ...asker);
          if (port === undefined) continue;
          count++;
          yield judge(pod, container, asker, textOf(port));
        }
    if (count === 0)
      yield notApplicable({ kind: 'package', name: facts.label }, 'no probe asks a port');
  },
});

function judge(
  { object, containers }: PlacedPod,
  { value, path, says }: PlacedContainer,
  asker: Path,
  port: string,
): Result {
  const subject = objectSubject(object, [...path, ...asker]);
  const what = `${asker.filter((key) => key !== 'port').join('.')} of ${says} asks port ${port}`;
  const own = boxesAt(value, ['ports']).map((each) => each.value);
  const names = own.map((each) => textOf(each['name'])).filter((name) => name !== '');
  if (isOpen(port) || names.some(isOpen)) return pass(subject, `${what}, settled at deployment`);
  if (!/^[0-9]+$/.test(port)) {
    if (names.includes(port)) return pass(subject, what);
    return fail(subject, `${what}, the container names ${names.join(', ') || 'none'}`);
  }
  const numbers = containers
    .flatMap((each) => boxesAt(each.value, ['ports']))
    .map((each) => textOf(each.value['containerPort']));
  if (own.length === 0 || numbers.includes(port) || numbers.some(isOpen))
    return pass(subject, what);
  return fail(subject, `${what}, the pod declares ${numbers.join(', ')}`, { severity: 'warning' });
}
