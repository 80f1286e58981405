import type { Result } from '../../checks/check.ts';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { inside, textOf } from '../../zarf/deployed-object.ts';
import { objectSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { allPods, boxesAt, isOpen, type PlacedPod } from '../pods.ts';

export const volumes = definePackageCheck({
  id: 'workloads/volumes',
  title: 'Every mount names a volume of its pod, and every volume says once what it holds',
  severity: 'error',
  help: {
    why: 'The cluster refuses a pod that mounts a volume it does not have, or whose volume has no source or two.',
    fix: 'Add the volume to the pod (or to volumeClaimTemplates), or correct the name.',
    source: 'Kubernetes API, core/v1 Volume and VolumeMount; release model §3.2',
  },
  examples: {
    good: `kind: Pod
spec:
  volumes: [{ name: scratch, emptyDir: {} }]
  containers: [{ name: api, volumeMounts: [{ name: scratch, mountPath: /tmp }] }]`,
    bad: `kind: Pod
spec:
  volumes: [{ name: tmp, emptyDir: {} }]
  containers: [{ name: api, volumeMounts: [{ name: scratch, mountPath: /tmp }] }]`,
  },
  *evaluate(facts) {
    const pods = allPods(facts);
    for (const pod of pods) {
      const faults = [...mounts(pod), ...sources(pod)];
      yield* faults;
      if (faults.length === 0) yield pass(objectSubject(pod.object), 'volumes and mounts agree');
    }
    if (pods.length === 0)
      yield notApplicable({ kind: 'package', name: facts.label }, 'no pod is deployed');
  },
});

function* mounts({ object, spec, containers }: PlacedPod): Generator<Result> {
  const claimed = boxesAt(object.value, ['spec', 'volumeClaimTemplates']).map(({ value }) =>
    textOf(inside(value, 'metadata', 'name')),
  );
  const names = new Set([
    ...boxesAt(spec, ['volumes']).map(({ value }) => textOf(value['name'])),
    ...claimed,
  ]);
  if ([...names].some(isOpen)) return;
  for (const { value, path, says } of containers)
    for (const list of ['volumeMounts', 'volumeDevices'])
      for (const mount of boxesAt(value, [list])) {
        const name = textOf(mount.value['name']);
        if (name === '' || names.has(name) || isOpen(name)) continue;
        yield fail(
          objectSubject(object, [...path, ...mount.path, 'name']),
          `${says} mounts volume '${name}', the pod has ${[...names].sort().join(', ') || 'none'}`,
        );
      }
}

function* sources({ object, path, spec }: PlacedPod): Generator<Result> {
  const seen = new Set<string>();
  for (const volume of boxesAt(spec, ['volumes'])) {
    const at = [...path, 'spec', ...volume.path];
    const name = textOf(volume.value['name']);
    if (seen.has(name) && !isOpen(name))
      yield fail(objectSubject(object, [...at, 'name']), `volume '${name}' stands twice`);
    seen.add(name);
    const kinds = Object.entries(volume.value).flatMap(([key, value]) =>
      key === 'name' || value === null || value === undefined ? [] : [key],
    );
    // Without a source the cluster makes it an empty folder, which is not what a null was meant to be.
    if (kinds.length === 0 && Object.keys(volume.value).length > 1)
      yield fail(objectSubject(object, at), `volume '${name}' has a source without content`);
    if (kinds.length > 1)
      yield fail(
        objectSubject(object, at),
        `volume '${name}' has two sources: ${kinds.join(', ')}`,
      );
  }
}
