import { fail, pass } from '../../checks/results.ts';
import { inside, textOf } from '../../zarf/deployed-object.ts';
import { type Company, judgeInCompany, missing, objectsOf } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { groupOf, isBuiltIn, versionOf } from '../kubernetes-kinds.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { boxesAt } from '../pods.ts';

export const kinds = defineReleaseCheck({
  id: 'target/kinds',
  title: 'The target knows every kind that is deployed',
  severity: 'error',
  help: {
    why: 'A cluster refuses a kind it does not know, and the deployment stops at that object.',
    fix: 'Ship the definition of the kind in a package of the bundle, choose the target profile that has it, or name it under target.kinds of cowa-release.yaml.',
    source: 'Kubernetes API, custom resources; past failure P8',
  },
  examples: {
    good: `# cowa-release.yaml
target: { profile: uds-core }
---
apiVersion: uds.dev/v1alpha1
kind: Package`,
    bad: `# cowa-release.yaml
target: { profile: bare-kubernetes } # has no UDS Core
---
apiVersion: uds.dev/v1alpha1
kind: Package`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        for (const object of company.judged.objects) {
          // Another check asks whether Kubernetes serves what is its own.
          if (object.kind === '' || object.apiVersion === '' || isBuiltIn(object)) continue;
          const versions = knownVersions(company, groupOf(object.apiVersion), object.kind);
          const what = `${object.kind} of ${object.apiVersion}`;
          const version = versionOf(object.apiVersion);
          if (versions === undefined)
            yield missing(
              company,
              object,
              ['kind'],
              `no package ships the definition of ${what} and the target ${company.target.name} does not promise it`,
            );
          else if (versions.length > 0 && !versions.includes(version))
            yield fail(
              objectSubject(object, ['apiVersion']),
              `${what} is not served: there is ${versions.join(', ')}`,
            );
          else yield pass(objectSubject(object), `${what} is known`);
        }
      },
      'nothing is deployed but kinds of Kubernetes itself',
    );
  },
});

/** Versions of a kind that is shipped or promised, none for any; undefined where it is neither. */
function knownVersions(
  company: Company,
  group: string,
  kind: string,
): readonly string[] | undefined {
  for (const { value } of objectsOf(company, 'CustomResourceDefinition')) {
    if (inside(value, 'spec', 'group') !== group) continue;
    if (inside(value, 'spec', 'names', 'kind') !== kind) continue;
    return boxesAt(value, ['spec', 'versions'])
      .filter((each) => each.value['served'] !== false)
      .map((each) => textOf(each.value['name']));
  }
  const promised = company.target.kinds.filter(
    (each) => each.group === group && each.kind === kind,
  );
  if (promised.length === 0) return undefined;
  if (promised.some(({ versions }) => versions.length === 0)) return [];
  return promised.flatMap(({ versions }) => versions);
}
