import { fail, notApplicable, pass } from '../../checks/results.ts';
import { type DeployedObject, inside } from '../../zarf/deployed-object.ts';
import { companiesOf, keyOf } from '../company.ts';
import { type DeployedChart, type DeployedPackage, objectSubject } from '../deployed-package.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { isOpen } from '../pods.ts';

interface Owned {
  readonly object: DeployedObject;
  readonly owner: DeployedPackage;
}

export const duplicates = defineReleaseCheck({
  id: 'workloads/duplicates',
  title: 'Every object is deployed by one chart or manifest alone',
  severity: 'error',
  help: {
    why: 'Helm refuses an object that belongs to another release; where it is not refused, the last one wins.',
    fix: 'Rename one of them, or take it out of all packages but one.',
    source: 'Helm, ownership of resources; Kubernetes, names; release model §3.1',
  },
  examples: {
    good: `kind: ConfigMap # chart a
metadata: { name: a-settings, namespace: cowabungaai }
---
kind: ConfigMap # chart b
metadata: { name: b-settings, namespace: cowabungaai }`,
    bad: `kind: ConfigMap # chart a
metadata: { name: settings, namespace: cowabungaai }
---
kind: ConfigMap # chart b, same namespace
metadata: { name: settings, namespace: cowabungaai }`,
  },
  *evaluate(release) {
    const told = new Set<string>();
    let count = 0;
    let unread: string | undefined;
    for (const { packages, because } of companiesOf(release)) {
      unread ??= because;
      const owned = packages.flatMap((owner) =>
        owner.objects.filter(isJudged).map((object) => ({ object, owner })),
      );
      count += owned.length;
      for (const [, same] of Map.groupBy(owned, ({ object }) => keyOf(object))) {
        const [first, ...others] = same;
        for (const other of others) {
          if (first === undefined || isOneRelease(first, other)) continue;
          const { object } = other;
          const subject = objectSubject(object, ['metadata', 'name']);
          const id = `${subject.name}\n${subject.line}\n${object.kind}\n${object.name}\n${first.object.source}`;
          if (told.has(id)) continue;
          told.add(id);
          // The same chart under the same release name: one release, deployed again over itself.
          if (sameRelease(first, other)) continue;
          const choice = isChoice(first) || isChoice(other);
          yield fail(
            subject,
            `${object.kind} '${object.name}'${object.namespace === '' ? '' : ` in namespace '${object.namespace}'`} is deployed from ${first.object.source} (component '${first.object.component}') too${choice ? ', when both components are chosen' : ''}`,
            choice ? { severity: 'warning' } : {},
          );
        }
      }
    }
    const subject = { kind: 'file' as const, name: release.label };
    const rest = unread === undefined ? '' : `, of what was read; ${unread}`;
    if (count === 0) yield notApplicable(subject, `nothing is deployed${rest}`);
    else if (told.size === 0) yield pass(subject, `no object is deployed twice${rest}`);
  },
});

/** Whether both come of one Helm release: what that means is told where names of releases are compared. */
function sameRelease(first: Owned, other: Owned): boolean {
  const [a, b] = [chartOf(first), chartOf(other)];
  return (
    a !== undefined &&
    b !== undefined &&
    a.releaseName === b.releaseName &&
    a.namespace === b.namespace &&
    (first.owner !== other.owner || a.component !== b.component)
  );
}

function chartOf({ object, owner }: Owned): DeployedChart | undefined {
  return owner.charts.find(
    ({ component, folder }) =>
      component === object.component && object.source.startsWith(`${folder}/`),
  );
}

/** Zarf makes namespaces itself, whoever names them; hooks are removed before they are made again. */
function isJudged({ kind, name, value }: DeployedObject): boolean {
  if (name === '' || isOpen(name) || kind === '' || kind === 'Namespace') return false;
  return inside(value, 'metadata', 'annotations', 'helm.sh/hook') === undefined;
}

/** Two components may deploy one release of Helm after another: the second upgrades the first. */
function isOneRelease(a: Owned, b: Owned): boolean {
  if (a.object.component === b.object.component && a.owner === b.owner) return false;
  const [one, other] = [releaseOf(a), releaseOf(b)];
  return one !== undefined && one === other;
}

function releaseOf({ object, owner }: Owned): string | undefined {
  const charts = owner.charts.filter(({ component }) => component === object.component);
  const chart =
    charts.length === 1
      ? charts[0]
      : charts.find(({ folder }) => object.source.startsWith(`${folder}/`));
  return chart === undefined ? undefined : `${chart.namespace}/${chart.releaseName}`;
}

/** Components that need not be deployed together. */
function isChoice({ object, owner }: Owned): boolean {
  const component = owner.definition.components.find(({ name }) => name === object.component);
  return component?.required !== true;
}
