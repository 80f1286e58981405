import { fail, notApplicable, pass } from '../../checks/results.ts';
import { inside } from '../../zarf/deployed-object.ts';
import { objectSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { isOpen, podsOf, textMap } from '../pods.ts';

const selecting = new Set(['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet']);

export const selectors = definePackageCheck({
  id: 'workloads/selectors',
  title: 'The selector of every workload fits the labels of its own pods',
  severity: 'error',
  help: {
    why: 'The cluster refuses a workload whose selector does not fit its pod template.',
    fix: 'Give the pod template every label the selector asks for; both are best made by one named template.',
    source: 'Kubernetes API, apps/v1, spec.selector; release model §3.1',
  },
  examples: {
    good: `kind: Deployment
spec:
  selector: { matchLabels: { app: api } }
  template: { metadata: { labels: { app: api, tier: web } }, spec: { containers: [{ name: api }] } }`,
    bad: `kind: Deployment
spec:
  selector: { matchLabels: { app: api } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: api }] } }`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const object of facts.objects) {
      if (!selecting.has(object.kind) || !object.apiVersion.startsWith('apps/')) continue;
      const [pod] = podsOf(object);
      if (pod === undefined) continue;
      count++;
      const wanted = Object.entries(
        textMap(inside(object.value, 'spec', 'selector', 'matchLabels')),
      );
      const expressions = inside(object.value, 'spec', 'selector', 'matchExpressions');
      if (wanted.length === 0 && expressions === undefined) {
        yield fail(objectSubject(object, ['spec', 'selector']), 'it has no selector');
        continue;
      }
      const different = wanted.filter(
        ([key, value]) => pod.labels[key] !== value && !isOpen(`${value}${pod.labels[key]}`),
      );
      for (const [key, value] of different)
        yield fail(
          objectSubject(object, ['spec', 'selector', 'matchLabels', key]),
          `it selects ${key}=${value}, its pods have ${pod.labels[key] === undefined ? `no label ${key}` : `${key}=${pod.labels[key]}`}`,
        );
      if (different.length === 0) yield pass(objectSubject(object), 'its selector fits its pods');
    }
    if (count === 0)
      yield notApplicable({ kind: 'package', name: facts.label }, 'no workload has a selector');
  },
});
