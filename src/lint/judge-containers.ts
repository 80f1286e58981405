import type { Result } from '../checks/check.ts';
import { fail, notApplicable, pass } from '../checks/results.ts';
import { inside, textOf } from '../zarf/deployed-object.ts';
import { type DeployedPackage, objectSubject } from './deployed-package.ts';
import { allPods, isOpen, type Path, type PlacedContainer, type PlacedPod } from './pods.ts';

/** A broken rule of a container, where it stands or should stand. */
export interface ContainerFault {
  readonly message: string;
  /** Below the container, or below the pod's `spec`. */
  readonly path: Path;
  readonly ofPod?: boolean;
}

/**
 * Asks every container of every pod, init containers and jobs too; containers someone adds for a look are left out.
 * @param sound what is said of a container without fault
 */
export function* judgeContainers(
  facts: DeployedPackage,
  judge: (container: PlacedContainer, pod: PlacedPod) => Iterable<ContainerFault>,
  sound: string,
): Generator<Result> {
  let count = 0;
  for (const pod of allPods(facts))
    for (const container of pod.containers) {
      if (container.role === 'ephemeralContainers') continue;
      count++;
      const faults = [...judge(container, pod)];
      for (const { message, path, ofPod = false } of faults)
        yield fail(
          objectSubject(pod.object, [...(ofPod ? [...pod.path, 'spec'] : container.path), ...path]),
          `${container.says} ${message}`,
        );
      if (faults.length === 0)
        yield pass(objectSubject(pod.object, container.path), `${container.says} ${sound}`);
    }
  if (count === 0)
    yield notApplicable({ kind: 'package', name: facts.label }, 'no container is deployed');
}

/** A member of the security context: the container's own, else the pod's. */
export function secured({ value }: PlacedContainer, { spec }: PlacedPod, ...path: Path): unknown {
  return inside(value, 'securityContext', ...path) ?? inside(spec, 'securityContext', ...path);
}

/** Whether a member is settled only at deployment. */
export function isLater(value: unknown): boolean {
  return isOpen(textOf(value));
}
