import { describe, expect, it } from 'vitest';
import { aDeployedPackage, aPod, object, saidBy } from '../../../test/support/a-deployment.ts';
import type { Component } from '../../zarf/definition.ts';
import { componentOrder } from './component-order.ts';

const component = (name: string, noWait = false): Component => ({
  name,
  manifests: [{ name, namespace: 'ns', files: ['a.yaml'], ...(noWait ? { noWait } : {}) }],
});

function said(
  parts: readonly (readonly [name: string, yaml: string, noWait?: boolean])[],
): readonly string[] {
  const all = parts.map(([name, yaml]) =>
    aDeployedPackage(yaml).objects.map((each) => ({ ...each, component: name })),
  );
  const components = parts.map(([name, , noWait]) => component(name, noWait));
  return saidBy(componentOrder, { ...aDeployedPackage('', { components }), objects: all.flat() });
}

const reads = aPod('{ containers: [{ name: a, envFrom: [{ secretRef: { name: token } }] }] }');
const secret = object('v1', 'Secret', 'token', 'data: { a: Yg== }');
const crd = object(
  'apiextensions.k8s.io/v1',
  'CustomResourceDefinition',
  'things.example.com',
  'spec: { group: example.com, names: { kind: Thing }, versions: [{ name: v1, served: true }] }',
);
const thing = object('example.com/v1', 'Thing', 'one');
const inOther = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: other }\n';
const makesOther = object('v1', 'Namespace', 'other');

describe(componentOrder.id, () => {
  it('finds a secret, a kind and a namespace that a later component makes', () => {
    expect(
      said([
        ['app', reads],
        ['secrets', secret],
      ]),
    ).toEqual([
      expect.stringMatching(
        /^error 5: .*Secret\/token, which component 'secrets' makes, and that comes behind 'app'$/,
      ),
    ]);
    expect(
      said([
        ['app', thing],
        ['kinds', crd],
      ]),
    ).toEqual([
      expect.stringContaining(
        "the kind Thing is defined by component 'kinds', and that comes behind 'app'",
      ),
    ]);
    expect(
      said([
        ['app', inOther],
        ['spaces', makesOther],
      ]),
    ).toEqual([
      expect.stringContaining(
        "the namespace other is made by component 'spaces', and that comes behind 'app'",
      ),
    ]);
  });

  it.each([
    [
      'the right order',
      [
        ['secrets', secret],
        ['app', reads],
      ],
    ],
    [
      'both in one component',
      [
        ['app', `${reads}${secret}`],
        ['other', ''],
      ],
    ],
    [
      'one that is made before as well',
      [
        ['a', secret],
        ['app', reads],
        ['b', secret],
      ],
    ],
    [
      'a component nobody waits for',
      [
        ['app', reads, true],
        ['secrets', secret],
      ],
    ],
    [
      'one of that name in another namespace',
      [
        ['app', reads],
        ['secrets', secret.replace('{ name: token }', '{ name: token, namespace: other }')],
      ],
    ],
    [
      'what no component makes',
      [
        ['app', reads],
        ['other', ''],
      ],
    ],
    [
      'a kind that is defined before',
      [
        ['kinds', crd],
        ['app', thing],
      ],
    ],
    [
      'a namespace that is made before',
      [
        ['spaces', makesOther],
        ['app', inOther],
      ],
    ],
  ] as const)('is silent about %s', (_, parts) => {
    expect(said(parts)).toEqual([]);
  });

  it('finds a kind that comes too late whether it is waited for or not', () => {
    expect(
      said([
        ['app', thing, true],
        ['kinds', crd],
      ]),
    ).toHaveLength(1);
  });

  it('says where there is no order', () => {
    expect(said([['app', reads]])).toEqual(['not-applicable: there is one component at most']);
  });
});
