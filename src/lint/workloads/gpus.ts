import type { Result } from '../../checks/check.ts';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { inside, textOf } from '../../zarf/deployed-object.ts';
import { objectSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { allPods, isOpen, type PlacedContainer, type PlacedPod } from '../pods.ts';

const gpu = /^(?:nvidia\.com|amd\.com|gpu\.intel\.com)\//;

export const gpus = definePackageCheck({
  id: 'workloads/gpus',
  title: 'GPUs are asked for as limits, in whole numbers, with the runtime class they need',
  severity: 'error',
  help: {
    why: 'A GPU that is only requested, or requested otherwise than limited, is refused; one of NVIDIA without its runtime class is not seen by the container.',
    fix: 'Set resources.limits (a request, if any, must be equal) and runtimeClassName of the pod. Where the runtime is the default of every node, waive this check by policy.',
    source: 'Kubernetes, schedule GPUs; release model §3.2 and §3.3',
  },
  examples: {
    good: `kind: Pod
spec: { runtimeClassName: nvidia, containers: [{ name: vllm, resources: { limits: { nvidia.com/gpu: 1 } } }] }`,
    bad: `kind: Pod
spec: { containers: [{ name: vllm, resources: { requests: { nvidia.com/gpu: 1 } } }] }`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const pod of allPods(facts))
      for (const container of pod.containers)
        for (const name of namesOf(container)) {
          count++;
          const faults = [...judge(pod, container, name)];
          yield* faults;
          if (faults.length === 0)
            yield pass(objectSubject(pod.object, container.path), `${name} is asked for soundly`);
        }
    if (count === 0)
      yield notApplicable({ kind: 'package', name: facts.label }, 'nothing asks for a GPU');
  },
});

function namesOf({ value }: PlacedContainer): ReadonlySet<string> {
  const names = ['limits', 'requests'].flatMap((list) =>
    Object.keys(inside(value, 'resources', list) ?? {}),
  );
  return new Set(names.filter((name) => gpu.test(name)));
}

function* judge(
  { object, spec }: PlacedPod,
  { value, path, says }: PlacedContainer,
  name: string,
): Generator<Result> {
  const [limit, request] = ['limits', 'requests'].map((list) =>
    inside(value, 'resources', list, name),
  );
  const at = (list: string) => objectSubject(object, [...path, 'resources', list, name]);
  if (isOpen(textOf(limit)) || isOpen(textOf(request))) return;
  if (limit === undefined || limit === null) {
    if (textOf(request) !== '0')
      yield fail(at('requests'), `${says} requests ${name} without a limit`);
    return;
  }
  if (!/^[0-9]+$/.test(textOf(limit)))
    yield fail(
      at('limits'),
      `${says} limits ${name} to '${textOf(limit)}', which is no whole number`,
    );
  if (request !== undefined && textOf(request) !== textOf(limit))
    yield fail(
      at('requests'),
      `${says} requests ${textOf(request)} of ${name} and limits it to ${textOf(limit)}; they must be equal`,
    );
  const runtime = textOf(spec['runtimeClassName']);
  if (name.startsWith('nvidia.com/') && textOf(limit) !== '0' && runtime === '')
    yield fail(
      at('limits'),
      `${says} is limited to ${textOf(limit)} of ${name} and its pod has no runtimeClassName`,
      { severity: 'warning' },
    );
}
