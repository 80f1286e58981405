import { pass } from '../../checks/results.ts';
import type { DeployedObject } from '../../zarf/deployed-object.ts';
import { type Company, judgeInCompany, missing, objectsOf } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { isClusterWide } from '../kubernetes-kinds.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { isOpen } from '../pods.ts';

export const namespaces = defineReleaseCheck({
  id: 'target/namespaces',
  title: 'Objects go to namespaces that are deployed to, made, or there already',
  severity: 'warning',
  help: {
    why: 'Zarf makes whatever namespace an object names, so a wrong one is not refused: the object stands where nothing finds it.',
    fix: 'Leave the namespace out of the template or use .Release.Namespace; name one the target has under target.namespaces of cowa-release.yaml. Manifests for which zarf.yaml names no namespace are not judged.',
    source: 'Zarf, charts[].namespace; release model §3.1; requirement R9',
  },
  examples: {
    good: `kind: ConfigMap
metadata: { name: settings } # goes where the chart is deployed to`,
    bad: `kind: ConfigMap
metadata: { name: settings, namespace: other } # charts are deployed to cowabungaai`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        const known = namespacesOf(company);
        for (const object of company.judged.objects) {
          const { namespace } = object;
          if (isClusterWide(object) || namespace === '' || isOpen(namespace)) continue;
          if (!isSettled(company, object)) continue;
          const path = ['metadata', 'namespace'];
          if (known.has(namespace))
            yield pass(objectSubject(object), `namespace '${namespace}' is there`);
          else
            yield missing(
              company,
              object,
              path,
              `it goes to namespace '${namespace}', charts and manifests are deployed to ${[...ownNamespaces(company)].sort().join(', ') || 'none'}`,
            );
        }
      },
      'nothing is deployed to a namespace',
    );
  },
});

/** Whether `zarf.yaml` says where what the object's component deploys goes to. */
function isSettled({ judged }: Company, { component }: DeployedObject): boolean {
  return judged.definition.components.some(
    ({ name, charts = [], manifests = [] }) =>
      name === component &&
      [...charts, ...manifests].some(({ namespace = '' }) => namespace !== ''),
  );
}

function namespacesOf(company: Company): ReadonlySet<string> {
  return new Set([
    ...company.target.namespaces,
    ...ownNamespaces(company),
    ...objectsOf(company, 'Namespace').map(({ name }) => name),
  ]);
}

/** Namespaces that Zarf makes. */
function ownNamespaces({ packages }: Company): ReadonlySet<string> {
  return new Set(
    packages.flatMap(({ charts, definition, namespaces: settled }) => [
      ...charts.map(({ namespace }) => namespace),
      ...(settled ?? []),
      ...(settled === undefined ? definition.components : []).flatMap((component) => [
        ...(component.charts ?? []).map(({ namespace = 'default' }) => namespace),
        ...(component.manifests ?? []).map(({ namespace = 'default' }) => namespace),
      ]),
    ]),
  );
}
