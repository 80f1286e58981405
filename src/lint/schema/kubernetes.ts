import { fail, notApplicable, pass } from '../../checks/results.ts';
import { type DeployedObject, inside, textOf } from '../../zarf/deployed-object.ts';
import { objectSubject } from '../deployed-package.ts';
import { departures, hasShape } from '../kubernetes-shape.ts';
import { definePackageCheck } from '../lint-check.ts';
import type { Path } from '../pods.ts';

export const kubernetes = definePackageCheck({
  id: 'schema/kubernetes',
  title: 'Objects of Kubernetes have the fields of their kind, with values of the right type',
  severity: 'error',
  help: {
    why: 'Helm and the cluster refuse an unknown field, a number where text belongs, or nothing where something is required, after everything was carried over.',
    fix: 'Mend the field. Text that looks like a number or a switch needs quotes: in a template, pipe it through quote. Fields are those of Kubernetes 1.34, so one that is newer than the target is not noticed; kinds of operators, and values in a secret, are not judged.',
    source: 'Kubernetes API; past failure P9',
  },
  examples: {
    good: `kind: Pod
metadata: { name: api, labels: { app.kubernetes.io/version: "1.0" } }
spec: { containers: [{ name: api, imagePullPolicy: IfNotPresent, env: [{ name: PORT, value: "8080" }] }] }`,
    bad: `kind: Pod
metadata: { name: api, labels: { app.kubernetes.io/version: 1.0 } }
spec: { containers: [{ name: api, imagePullpolicy: IfNotPresent, env: [{ name: PORT, value: 8080 }] }] }`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const object of facts.objects) {
      if (!hasShape(object.apiVersion, object.kind)) continue;
      count++;
      const found = departures(object.apiVersion, object.kind, object.value);
      for (const { path, message } of found)
        yield fail(
          objectSubject(object, path),
          message,
          // Clusters take it for empty text; only some clients refuse it.
          isEmptyData(object, path) ? { severity: 'warning' } : {},
        );
      const generated = textOf(inside(object.value, 'metadata', 'generateName'));
      if (object.name === '' && generated === '')
        yield fail(objectSubject(object, ['metadata']), 'metadata.name is missing');
      else if (found.length === 0) yield pass(objectSubject(object), 'its fields are known');
    }
    if (count === 0)
      yield notApplicable(
        { kind: 'package', name: facts.label },
        'no object of a known kind is deployed',
      );
  },
});

function isEmptyData({ kind, value }: DeployedObject, path: Path): boolean {
  const [field = '', key, ...below] = path;
  return (
    (kind === 'Secret' || kind === 'ConfigMap') &&
    (field === 'data' || field === 'stringData') &&
    key !== undefined &&
    below.length === 0 &&
    inside(value, String(field), String(key)) === null
  );
}
