import { pass } from '../../checks/results.ts';
import { inside, textOf } from '../../zarf/deployed-object.ts';
import { judgeInCompany, missing, objectsOf } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { groupOf } from '../kubernetes-kinds.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { isOpen } from '../pods.ts';

/** Kinds that scale something else, and where they name it. */
const scalers: Readonly<Record<string, string>> = {
  HorizontalPodAutoscaler: 'scaleTargetRef',
  ScaledObject: 'scaleTargetRef',
  VerticalPodAutoscaler: 'targetRef',
};

export const scaleTargets = defineReleaseCheck({
  id: 'references/scale-targets',
  title: 'Every autoscaler scales a workload that is there',
  severity: 'error',
  help: {
    why: 'An autoscaler whose workload is missing does nothing, and says so only in its status.',
    fix: 'Name kind and name of the workload as they are rendered.',
    source: 'Kubernetes API, autoscaling/v2 CrossVersionObjectReference; requirement R15',
  },
  examples: {
    good: `kind: HorizontalPodAutoscaler
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: cowabunga-api } }
---
kind: Deployment
metadata: { name: cowabunga-api }`,
    bad: `kind: HorizontalPodAutoscaler
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api } }
---
kind: Deployment
metadata: { name: cowabunga-api }`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        for (const object of company.judged.objects) {
          const member = scalers[object.kind];
          if (member === undefined) continue;
          const reference = inside(object.value, 'spec', member);
          const name = textOf(inside(reference, 'name'));
          const kind = textOf(inside(reference, 'kind')) || 'Deployment';
          const group = groupOf(textOf(inside(reference, 'apiVersion')) || 'apps/v1');
          if (name === '' || isOpen(name)) continue;
          const path = ['spec', member, 'name'];
          const found = objectsOf(company, kind, object.namespace).some(
            (each) => each.name === name && groupOf(each.apiVersion) === group,
          );
          if (found) yield pass(objectSubject(object, path), `it scales ${kind} '${name}'`);
          else
            yield missing(
              company,
              object,
              path,
              `it scales ${kind} '${name}', which nothing makes in namespace '${object.namespace}'`,
            );
        }
      },
      'nothing is scaled',
    );
  },
});
