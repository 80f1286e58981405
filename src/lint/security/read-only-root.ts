import { inside } from '../../zarf/deployed-object.ts';
import { type ContainerFault, isLater, judgeContainers } from '../judge-containers.ts';
import { definePackageCheck } from '../lint-check.ts';
import type { PlacedContainer } from '../pods.ts';

export const readOnlyRoot = definePackageCheck({
  id: 'security/read-only-root',
  title: 'No container can write to its own image',
  severity: 'warning',
  help: {
    why: 'What cannot be written cannot be replaced by an intruder, and nothing is lost with the container.',
    fix: 'Set readOnlyRootFilesystem: true and mount an emptyDir wherever the program has to write.',
    source: 'Requirement R14; release model §3.1',
  },
  examples: {
    good: `kind: Pod
spec: { containers: [{ name: api, securityContext: { readOnlyRootFilesystem: true },
  volumeMounts: [{ name: scratch, mountPath: /tmp }] }], volumes: [{ name: scratch, emptyDir: {} }] }`,
    bad: `kind: Pod
spec: { containers: [{ name: api }] }`,
  },
  *evaluate(facts) {
    yield* judgeContainers(facts, judge, 'cannot write to its image');
  },
});

function* judge({ value }: PlacedContainer): Generator<ContainerFault> {
  const readOnly = inside(value, 'securityContext', 'readOnlyRootFilesystem');
  if (readOnly !== true && !isLater(readOnly))
    yield {
      message: 'can write to its root file system',
      path: ['securityContext', 'readOnlyRootFilesystem'],
    };
}
