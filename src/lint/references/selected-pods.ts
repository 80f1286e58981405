import { notApplicable, pass } from '../../checks/results.ts';
import { type DeployedObject, inside } from '../../zarf/deployed-object.ts';
import { judgeInCompany, missing } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { groupOf } from '../kubernetes-kinds.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { namesOf, plainLabels, podMaker, selectedPods } from '../pod-selection.ts';
import { boxesAt, type Path, textMap } from '../pods.ts';

interface Selection {
  /** Undefined: it cannot be told by labels alone. */
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly path: Path;
}

export const selectedPodsCheck = defineReleaseCheck({
  id: 'references/selected-pods',
  title: 'Every policy and disruption budget selects pods that are there',
  severity: 'warning',
  help: {
    why: 'A network or authorization policy that selects nothing protects nothing, and allows nothing either.',
    fix: 'Use the labels of the pod template. It looks at NetworkPolicy, PodDisruptionBudget, policies of Istio, and network.allow, network.expose and monitor of a UDS Package.',
    source:
      'Kubernetes API, NetworkPolicy and PodDisruptionBudget; UDS Package; release model §3.4',
  },
  examples: {
    good: `kind: NetworkPolicy
spec: { podSelector: { matchLabels: { app: api } } }
---
kind: Deployment
spec: { template: { metadata: { labels: { app: api } }, spec: { containers: [{ name: api }] } } }`,
    bad: `kind: NetworkPolicy
spec: { podSelector: { matchLabels: { app: cowabunga-api } } }
---
kind: Deployment
spec: { template: { metadata: { labels: { app: api } }, spec: { containers: [{ name: api }] } } }`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        for (const object of company.judged.objects)
          for (const { labels, path } of selectionsOf(object)) {
            const subject = objectSubject(object, path);
            // An empty selector is meant for all pods.
            if (labels === undefined || Object.keys(labels).length === 0) continue;
            const pods = selectedPods(company, object.namespace, labels);
            const says = Object.entries(labels)
              .map(([key, value]) => `${key}=${value}`)
              .join(', ');
            if (pods === undefined || podMaker(company, object.namespace) !== undefined)
              yield notApplicable(subject, 'what it selects cannot be told before deployment');
            else if (pods.length > 0) yield pass(subject, `it selects ${namesOf(pods)}`);
            else if (company.target.namespaces.includes(object.namespace))
              yield notApplicable(subject, 'the namespace has pods of somebody else');
            else
              yield missing(
                company,
                object,
                path,
                `no pod in namespace '${object.namespace}' has the labels it selects: ${says}`,
              );
          }
      },
      'nothing selects pods',
    );
  },
});

function* selectionsOf(object: DeployedObject): Generator<Selection> {
  const { kind, value } = object;
  const group = groupOf(object.apiVersion);
  if (kind === 'NetworkPolicy' && group === 'networking.k8s.io')
    yield {
      labels: plainLabels(inside(value, 'spec', 'podSelector')),
      path: ['spec', 'podSelector'],
    };
  else if (kind === 'PodDisruptionBudget')
    yield { labels: plainLabels(inside(value, 'spec', 'selector')), path: ['spec', 'selector'] };
  else if (group === 'security.istio.io')
    yield { labels: plainLabels(inside(value, 'spec', 'selector')), path: ['spec', 'selector'] };
  else if (group === 'uds.dev' && kind === 'Package') {
    for (const list of [
      ['spec', 'network', 'allow'],
      ['spec', 'network', 'expose'],
    ])
      for (const each of boxesAt(value, list)) {
        const key = each.value['selector'] === undefined ? 'podLabels' : 'selector';
        yield { labels: textMap(each.value[key]), path: [...each.path, key] };
      }
    for (const each of boxesAt(value, ['spec', 'monitor'])) {
      const key = each.value['podSelector'] === undefined ? 'selector' : 'podSelector';
      yield { labels: textMap(each.value[key]), path: [...each.path, key] };
    }
  }
}
