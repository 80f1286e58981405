import { pass } from '../../checks/results.ts';
import { textOf } from '../../zarf/deployed-object.ts';
import { judgeInCompany, missing, objectsOf } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { isPromised } from '../made-keys.ts';
import { podMaker } from '../pod-selection.ts';
import { allPods, isOpen } from '../pods.ts';

export const serviceAccounts = defineReleaseCheck({
  id: 'references/service-accounts',
  title: 'Every service account that pods run as is made, or promised',
  severity: 'error',
  help: {
    why: 'No pod of a workload is made while its service account is missing.',
    fix: 'Add the ServiceAccount to the chart, correct the name, or list it under target.serviceAccounts of cowa-release.yaml.',
    source: 'Kubernetes API, core/v1 PodSpec, serviceAccountName; release model §3.4',
  },
  examples: {
    good: `kind: ServiceAccount
metadata: { name: api }
---
kind: Pod
spec: { serviceAccountName: api, containers: [{ name: api }] }`,
    bad: `kind: ServiceAccount
metadata: { name: cowabunga-api }
---
kind: Pod
spec: { serviceAccountName: api, containers: [{ name: api }] }`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        for (const { object, path, spec } of allPods(company.judged)) {
          const key =
            textOf(spec['serviceAccountName']) === '' ? 'serviceAccount' : 'serviceAccountName';
          const name = textOf(spec[key]);
          if (name === '' || isOpen(name)) continue;
          const at = [...path, 'spec', key];
          const { namespace } = object;
          const found =
            objectsOf(company, 'ServiceAccount', namespace).some((each) => each.name === name) ||
            company.target.serviceAccounts.some((each) => isPromised(each, namespace, name)) ||
            // An operator may make the account of what it is told to run.
            podMaker(company, namespace)?.name === name;
          if (found) yield pass(objectSubject(object, at), `service account '${name}' is there`);
          else
            yield missing(
              company,
              object,
              at,
              `its pods run as service account '${name}', which nothing makes in namespace '${namespace}'`,
            );
        }
      },
      'no pod names a service account',
    );
  },
});
