import { fail, notApplicable, pass } from '../../checks/results.ts';
import { chooseTarget } from '../choose-target.ts';
import { notAllRead, objectSubject } from '../deployed-package.ts';
import { amongAll, definePackageCheck } from '../lint-check.ts';

export const namespaceOwners = definePackageCheck({
  id: 'target/namespace-owners',
  title: 'No package makes a namespace that belongs to someone else',
  severity: 'error',
  help: {
    why: 'A namespace that is there already has another owner: the deployment stops there, or takes it over and removes it with the package.',
    fix: 'Take the Namespace out of the chart; Zarf makes the namespace a chart is deployed to. Namespaces of the target are those of its profile and target.namespaces of cowa-release.yaml.',
    source: 'Helm, ownership of resources; Zarf, namespaces; past failure P10',
  },
  examples: {
    good: `# zarf.yaml
components: [{ name: api, charts: [{ name: api, namespace: cowabungaai }] }]`,
    bad: `# chart/templates/namespace.yaml
kind: Namespace
metadata: { name: monitoring } # of UDS Core`,
  },
  *evaluate(facts) {
    const { namespaces, name: target } = facts.target ?? chooseTarget();
    const made = facts.objects.filter(
      ({ kind, apiVersion }) => kind === 'Namespace' && apiVersion === 'v1',
    );
    const deployed = new Set([
      ...facts.charts.map(({ namespace }) => namespace),
      ...(facts.namespaces ?? []),
      ...facts.objects.filter(({ kind }) => kind !== 'Namespace').map(({ namespace }) => namespace),
    ]);
    const isTarget =
      new Set(
        facts.charts.map(({ namespace }) => namespace).filter((each) => namespaces.includes(each)),
      ).size >= 3;
    for (const object of made) {
      const subject = objectSubject(object, ['metadata', 'name']);
      // What the target consists of makes its namespaces itself.
      if (namespaces.includes(object.name) && isTarget)
        yield pass(subject, `it makes namespace '${object.name}' of the target it is a part of`);
      else if (namespaces.includes(object.name))
        yield fail(
          subject,
          `it makes namespace '${object.name}', which belongs to the target ${target} already`,
        );
      else if (facts.charts.length > 0 && !deployed.has(object.name))
        yield amongAll(
          notAllRead(facts),
          subject,
          `it makes namespace '${object.name}', to which nothing is deployed`,
          { severity: 'note' },
        );
      else yield pass(subject, `it makes namespace '${object.name}', as Zarf would`);
    }
    if (made.length === 0)
      yield notApplicable(
        { kind: 'package', name: facts.label },
        'no namespace is made by a chart',
      );
  },
});
