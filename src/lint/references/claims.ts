import { pass } from '../../checks/results.ts';
import { inside, textOf } from '../../zarf/deployed-object.ts';
import { type Company, judgeInCompany, missing } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { isBuiltIn } from '../kubernetes-kinds.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { allPods, boxesAt, isOpen } from '../pods.ts';

export const claims = defineReleaseCheck({
  id: 'references/claims',
  title: 'Every volume claim that is mounted is made',
  severity: 'error',
  help: {
    why: 'A pod whose claim is missing is never started.',
    fix: 'Add the PersistentVolumeClaim to the chart, or correct claimName.',
    source: 'Kubernetes API, core/v1 PersistentVolumeClaimVolumeSource; release model §3.2',
  },
  examples: {
    good: `kind: PersistentVolumeClaim
metadata: { name: model }
---
kind: Pod
spec: { volumes: [{ name: data, persistentVolumeClaim: { claimName: model } }], containers: [{ name: backend }] }`,
    bad: `kind: PersistentVolumeClaim
metadata: { name: model-pvc }
---
kind: Pod
spec: { volumes: [{ name: data, persistentVolumeClaim: { claimName: model } }], containers: [{ name: backend }] }`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        for (const { object, path, spec } of allPods(company.judged))
          for (const volume of boxesAt(spec, ['volumes'])) {
            const name = textOf(inside(volume.value, 'persistentVolumeClaim', 'claimName'));
            if (name === '' || isOpen(name)) continue;
            const at = [...path, 'spec', ...volume.path, 'persistentVolumeClaim', 'claimName'];
            if (isMade(company, object.namespace, name))
              yield pass(objectSubject(object, at), `claim '${name}' is made`);
            else
              yield missing(
                company,
                object,
                at,
                `volume '${textOf(volume.value['name'])}' is claim '${name}', which nothing makes in namespace '${object.namespace}'`,
              );
          }
      },
      'no pod mounts a claim',
    );
  },
});

function isMade(company: Company, namespace: string, name: string): boolean {
  return company.packages.some(({ objects }) =>
    objects.some((each) => {
      if (each.namespace !== namespace) return false;
      if (each.kind === 'PersistentVolumeClaim') return each.name === name;
      // A data volume, or a claim that is restored, has the name of its object.
      if (!isBuiltIn(each)) return each.name === name;
      if (each.kind !== 'StatefulSet') return false;
      return boxesAt(each.value, ['spec', 'volumeClaimTemplates']).some(({ value }) =>
        name.startsWith(`${textOf(inside(value, 'metadata', 'name'))}-${each.name}-`),
      );
    }),
  );
}
