import { expect, it } from 'vitest';
import {
  aDeployedPackage,
  aDeployedRelease,
  aloneRelease,
  judgesReleases,
  object,
  saidBy,
} from '../../../test/support/a-deployment.ts';
import { duplicates } from './duplicates.ts';

const settings = object('v1', 'ConfigMap', 'settings');

judgesReleases(duplicates, {
  silent: {
    'other names': settings + object('v1', 'ConfigMap', 'other'),
    'other kinds': settings + object('v1', 'Secret', 'settings'),
    'other namespaces':
      settings + settings.replace('name: settings', 'name: settings, namespace: other'),
    'one kind name in two groups':
      object('v1', 'Service', 'a') + object('serving.knative.dev/v1', 'Service', 'a'),
    'a namespace, which Zarf makes':
      object('v1', 'Namespace', 'a') + object('v1', 'Namespace', 'a'),
    hooks: `${settings}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, annotations: { helm.sh/hook: pre-install } }\n`,
    'names that are settled at deployment': object('v1', 'Secret', '"###ZARF_VAR_A###"').repeat(2),
  },
  finds: {
    'an object twice': [
      settings + settings,
      "error 9: ConfigMap 'settings' in namespace 'ns' is deployed from app/all.yaml (component 'app') too",
    ],
    'a cluster role twice, whatever namespace it names': [
      object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'a') +
        object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'a').replace(
          'name: a',
          'name: a, namespace: b',
        ),
      "error 9: ClusterRole 'a'",
    ],
    'an object in two components of which one is a choice': [
      [settings + settings, { components: [{ name: 'app' }] }],
      'warning 9: ConfigMap',
    ],
  },
  nothing: 'nothing is deployed',
});

it('finds an object in two packages of a bundle, and not of two that are in none', () => {
  const packages = [aDeployedPackage(settings), aDeployedPackage(settings, { name: 'b' })];
  expect(saidBy(duplicates, aDeployedRelease(...packages))).toEqual([
    "error 4: ConfigMap 'settings' in namespace 'ns' is deployed from app/all.yaml (component 'app') too",
  ]);
  expect(saidBy(duplicates, aloneRelease(...packages))).toEqual([]);
});

it('is silent about one release of Helm that two components deploy', () => {
  const facts = aDeployedPackage(settings + settings);
  const [first, second] = facts.objects;
  const [chart] = facts.charts;
  expect([first, second, chart]).not.toContain(undefined);
  const objects = [first, second && { ...second, component: 'seed' }].flatMap((each) => each ?? []);
  const charts = [chart, chart && { ...chart, component: 'seed' }].flatMap((each) => each ?? []);
  expect(saidBy(duplicates, aDeployedRelease({ ...facts, objects, charts }))).toEqual([]);
  const renamed = charts.map((each, index) => ({ ...each, releaseName: `r${index}` }));
  expect(saidBy(duplicates, aDeployedRelease({ ...facts, objects, charts: renamed }))).toEqual([
    expect.stringContaining("ConfigMap 'settings'"),
  ]);
});
