import { pass } from '../../checks/results.ts';
import { type Company, judgeInCompany, missing, objectsOf } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { isClusterWide } from '../kubernetes-kinds.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { isOpen } from '../pods.ts';

export const namespaces = defineReleaseCheck({
  id: 'target/namespaces',
  title: 'Every object goes to a namespace that is there by then',
  severity: 'error',
  help: {
    why: 'Zarf makes the namespaces that charts and manifests are deployed to; an object that names another one is refused.',
    fix: 'Leave the namespace out of the template or use .Release.Namespace; name one the target has under target.namespaces of cowa-release.yaml.',
    source: 'Zarf, charts[].namespace; Kubernetes, namespaces; release model §3.1',
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
          const path = ['metadata', 'namespace'];
          if (known.has(namespace))
            yield pass(objectSubject(object), `namespace '${namespace}' is there`);
          else
            yield missing(
              company,
              object,
              path,
              `it goes to namespace '${namespace}', which nothing makes; charts and manifests are deployed to ${[...ownNamespaces(company)].sort().join(', ') || 'none'}`,
            );
        }
      },
      'nothing is deployed to a namespace',
    );
  },
});

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
    packages.flatMap(({ charts, definition }) => [
      ...charts.map(({ namespace }) => namespace),
      ...definition.components.flatMap((component) => [
        ...(component.charts ?? []).map(({ namespace = 'default' }) => namespace),
        ...(component.manifests ?? []).map(({ namespace = 'default' }) => namespace),
      ]),
    ]),
  );
}
