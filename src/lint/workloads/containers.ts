import type { Result } from '../../checks/check.ts';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { textOf } from '../../zarf/deployed-object.ts';
import { objectSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { allPods, boxesAt, isOpen, type PlacedContainer, type PlacedPod } from '../pods.ts';

export const containers = definePackageCheck({
  id: 'workloads/containers',
  title: 'Names of containers, ports, variables and mount points stand once',
  severity: 'error',
  help: {
    why: 'The cluster refuses a pod in which a container, port name or mount point stands twice; of a variable that stands twice nobody knows which counts, and two containers cannot listen on one port.',
    fix: 'Rename or remove one of them.',
    source:
      'Kubernetes API, core/v1 PodSpec and Container: names and mount paths must be unique; requirement R15',
  },
  examples: {
    good: `kind: Pod
spec: { containers: [{ name: api, env: [{ name: PORT, value: "8080" }] }, { name: sidecar }] }`,
    bad: `kind: Pod
spec: { containers: [{ name: api, env: [{ name: PORT, value: "8080" }, { name: PORT, value: "80" }] }, { name: api }] }`,
  },
  *evaluate(facts) {
    const pods = allPods(facts);
    for (const pod of pods) {
      const faults = [...namesOf(pod), ...pod.containers.flatMap((each) => [...within(pod, each)])];
      faults.push(...portsOf(pod));
      yield* faults;
      if (faults.length === 0) yield pass(objectSubject(pod.object), 'nothing stands twice');
    }
    if (pods.length === 0)
      yield notApplicable({ kind: 'package', name: facts.label }, 'no pod is deployed');
  },
});

function* namesOf({ object, containers: all }: PlacedPod): Generator<Result> {
  const seen = new Set<string>();
  for (const { name, path, says } of all) {
    if (name === '') yield fail(objectSubject(object, path), 'a container has no name');
    else if (seen.has(name) && !isOpen(name))
      yield fail(objectSubject(object, [...path, 'name']), `${says} stands twice in the pod`);
    seen.add(name);
  }
}

function* within({ object }: PlacedPod, { value, path, says }: PlacedContainer): Generator<Result> {
  const lists = [
    ['ports', 'name', 'port', 'error'],
    ['volumeMounts', 'mountPath', 'mount point', 'error'],
    ['volumeDevices', 'devicePath', 'device', 'error'],
    ['env', 'name', 'variable', 'warning'],
  ] as const;
  for (const [list, key, noun, severity] of lists) {
    const seen = new Set<string>();
    for (const each of boxesAt(value, [list])) {
      const name = textOf(each.value[key]);
      if (name === '' || isOpen(name)) continue;
      if (seen.has(name))
        yield fail(
          objectSubject(object, [...path, ...each.path, key]),
          `${noun} ${name} stands twice in ${says}`,
          { severity },
        );
      seen.add(name);
    }
  }
}

/** Init containers that end have given their port back. */
function* portsOf({ object, containers: all }: PlacedPod): Generator<Result> {
  const seen = new Map<string, string>();
  for (const { role, value, path, says } of all) {
    if (role !== 'containers' && value['restartPolicy'] !== 'Always') continue;
    for (const port of boxesAt(value, ['ports'])) {
      const number = textOf(port.value['containerPort']);
      if (number === '' || isOpen(number)) continue;
      const protocol = textOf(port.value['protocol']) || 'TCP';
      const before = seen.get(`${number}/${protocol}`);
      if (before !== undefined && before !== says)
        yield fail(
          objectSubject(object, [...path, ...port.path, 'containerPort']),
          `${says} listens on ${number}/${protocol}, as ${before} does, and both share one address`,
          { severity: 'warning' },
        );
      seen.set(`${number}/${protocol}`, says);
    }
  }
}
