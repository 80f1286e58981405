import { describe, expect, it } from 'vitest';
import {
  aDeployedPackage,
  aDeployedRelease,
  aloneRelease,
  type DeployedParts,
  saidBy,
} from '../../../test/support/a-deployment.ts';
import { kinds } from './kinds.ts';

const exposed = `apiVersion: uds.dev/v1alpha1
kind: Package
metadata: { name: app }
`;
const widget = `apiVersion: example.com/v1
kind: Widget
metadata: { name: one }
`;
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  names: { kind: Widget }
  versions: [{ name: v1 }, { name: v2 }, { name: v3, served: false }]
`;
const said = (yaml: string, parts?: DeployedParts): readonly string[] =>
  saidBy(kinds, aDeployedRelease(aDeployedPackage(yaml, parts)));

describe('target/kinds', () => {
  it.each([
    ['a kind the profile promises', exposed, {}],
    ['a kind the release adds', widget, { target: { kinds: ['example.com/Widget'] } }],
    ['a version the release adds', widget, { target: { kinds: ['example.com/v1/Widget'] } }],
    ['a kind that is shipped', `${definition}---\n${widget}`, {}],
  ])('is silent about %s', (_, yaml, parts) => {
    expect(said(yaml, parts)).toEqual([]);
  });

  it('is silent where another package of the bundle ships the definition', () => {
    const release = aDeployedRelease(
      aDeployedPackage(definition, { name: 'operator' }),
      aDeployedPackage(widget),
    );
    expect(saidBy(kinds, release)).toEqual([]);
  });

  it.each([
    [
      'a kind of UDS on bare Kubernetes',
      exposed,
      { target: { profile: 'bare-kubernetes' as const } },
      'error 2: no package ships the definition of Package of uds.dev/v1alpha1 and the target bare-kubernetes does not promise it',
    ],
    [
      'a version that is not promised',
      exposed.replace('v1alpha1', 'v9'),
      {},
      'error 1: Package of uds.dev/v9 is not served: there is v1alpha1, v1beta1',
    ],
    [
      'a version that is shipped and not served',
      `${definition}---\n${widget.replace('/v1', '/v3')}`,
      {},
      'error 9: Widget of example.com/v3 is not served: there is v1, v2',
    ],
  ])('finds %s', (_, yaml, parts, message) => {
    expect(said(yaml, parts)).toEqual([message]);
  });

  it('only warns of a package that is in no bundle', () => {
    expect(saidBy(kinds, aloneRelease(aDeployedPackage(widget)))).toEqual([
      'warning 2: no package ships the definition of Widget of example.com/v1 and the target uds-core does not promise it; the package is in no bundle here that might bring it',
    ]);
  });

  it('does not decide where a file could not be read', () => {
    const unread = [{ path: 'crds.yaml', reason: 'no', fails: false, component: 'app' }];
    expect(said(widget, { unread })).toEqual([
      'undecided 2: no package ships the definition of Widget of example.com/v1 and the target uds-core does not promise it; crds.yaml could not be read: no',
    ]);
  });

  it('says where only kinds of Kubernetes are deployed', () => {
    expect(said('apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n')).toEqual([
      'not-applicable: nothing is deployed but kinds of Kubernetes itself',
    ]);
  });
});
