import { notApplicable, pass } from '../../checks/results.ts';
import type { Component } from '../../zarf/definition.ts';
import { notAllRead } from '../deployed-package.ts';
import { tooLate } from '../deployment-order.ts';
import { definePackageCheck } from '../lint-check.ts';
import { packageSubject } from '../lint-results.ts';

export const componentOrder = definePackageCheck({
  id: 'release/component-order',
  title: 'Every component of a package comes behind those it needs',
  severity: 'error',
  help: {
    why: 'Components are deployed one after the other, in the order of the definition, and charts are waited for: a secret, kind or namespace of a later component comes too late.',
    fix: 'Move the component that makes it before the one that needs it, or put both into one chart.',
    source: 'Zarf package format, components; past failure P12; release model §3.1',
  },
  examples: {
    good: `components:
  - { name: operator, charts: [{ name: operator }] } # defines the kind Database
  - { name: database, manifests: [{ name: database }] } # uses it`,
    bad: `components:
  - { name: database, manifests: [{ name: database }] } # of the kind Database
  - { name: operator, charts: [{ name: operator }] } # defines it`,
  },
  *evaluate(facts) {
    const { components } = facts.definition;
    if (components.length < 2) {
      yield notApplicable(packageSubject(facts), 'there is one component at most');
      return;
    }
    const found = [
      ...tooLate(
        'component',
        components.map((component) => ({
          name: component.name,
          objects: facts.objects.filter((object) => object.component === component.name),
          namespaces: namespacesOf(component),
          waits: isWaitedFor(component),
          because: notAllRead({
            unread: facts.unread.filter((each) => ['', component.name].includes(each.component)),
            objects: facts.objects.filter((object) => object.component === component.name),
          }),
        })),
      ),
    ];
    yield* found;
    if (found.length === 0)
      yield pass(packageSubject(facts), `${components.length} components are in order`);
  },
});

function namespacesOf({ charts = [], manifests = [] }: Component): readonly string[] {
  return [...charts, ...manifests].flatMap(({ namespace }) => namespace ?? []);
}

function isWaitedFor({ charts = [], manifests = [] }: Component): boolean {
  return [...charts, ...manifests].some(({ noWait }) => noWait !== true);
}
