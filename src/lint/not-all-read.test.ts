import { describe, expect, it } from 'vitest';
import {
  aDeployedPackage,
  aDeployedRelease,
  aPod,
  type DeployedParts,
  object,
  saidBy,
} from '../../test/support/a-deployment.ts';
import { payloadFits } from './budget/payload-fits.ts';
import { notAllRead } from './deployed-package.ts';
import type { ReleaseCheck } from './lint-check.ts';
import { backends } from './references/backends.ts';
import { componentOrder } from './release/component-order.ts';
import { order } from './release/order.ts';
import { serviceAccountToken } from './security/service-account-token.ts';
import { namespaceOwners } from './target/namespace-owners.ts';
import { overrides } from './variables/overrides.ts';
import { duplicates } from './workloads/duplicates.ts';
import { services } from './workloads/services.ts';

const unread = [{ path: 'a.yaml', reason: 'no', fails: true, component: 'app' }];
const because = 'a.yaml could not be read: no';
const pod = aPod('{ containers: [{ name: a, ports: [{ name: http, containerPort: 80 }] }] }');
const token = aPod('{ automountServiceAccountToken: false, containers: [{ name: a }] }');
const service = (port: string): string =>
  object('v1', 'Service', 's', `spec: { selector: { app: api }, ports: [${port}] }`);
const reads = aPod('{ containers: [{ name: a, envFrom: [{ secretRef: { name: x } }] }] }');

/** A package, read to its end or not. */
const some = (yaml: string, isWhole: boolean, parts: DeployedParts = {}) =>
  aDeployedPackage(yaml, { ...parts, ...(isWhole ? {} : { unread }) });

describe('a fault that what was not read may undo', () => {
  it.each<[string, ReleaseCheck, string, string]>([
    ['a name of a port', services, service('{ port: 1, targetPort: x }') + pod, 'error'],
    ['a number of a port', services, service('{ port: 1, targetPort: 9 }') + pod, 'warning'],
    ['a token without a role', serviceAccountToken, pod, 'warning'],
    [
      'a port of pods that is not allowed',
      backends,
      `${service('{ port: 80, targetPort: http }')}${pod}${object(
        'uds.dev/v1alpha1',
        'Package',
        'p',
        'spec: { network: { expose: [{ service: s, port: 80, targetPort: 9 }] } }',
      )}`,
      'error',
    ],
  ])('%s is undecided', (_name, check, yaml, word) => {
    const said = (isWhole: boolean) => saidBy(check, aDeployedRelease(some(yaml, isWhole)));
    expect(said(true)).toEqual([expect.stringMatching(new RegExp(`^${word} `))]);
    expect(said(false)).toEqual([expect.stringMatching(new RegExp(`^undecided .*; ${because}$`))]);
  });

  it('a wrong port stays one where the pods have it as text', () => {
    const yaml = service('{ port: 80, targetPort: "80" }') + pod;
    expect(saidBy(services, aDeployedRelease(some(yaml, false)))).toEqual([
      expect.stringContaining("error 5: targetPort is the text '80'"),
    ]);
  });

  it('an order is undecided behind what was not read, and only there', () => {
    const secret = object('v1', 'Secret', 'x');
    const said = (first: boolean, second: boolean) =>
      saidBy(
        order,
        aDeployedRelease(some(reads, first), some(secret, second, { name: 'late' })),
      ).map((each) => each.split(' ')[0]);
    expect(said(true, true)).toEqual(['error']);
    expect(said(true, false)).toEqual(['error']);
    expect(said(false, true)).toEqual(['undecided']);
  });

  it('an order of components is undecided by what was not read of those before', () => {
    const components = ['app', 'late'].map((name) => ({
      name,
      manifests: [{ name, namespace: 'ns' }],
    }));
    const facts = aDeployedPackage(reads + object('v1', 'Secret', 'x'), { components });
    const objects = facts.objects.map((each, index) => ({
      ...each,
      component: index === 0 ? 'app' : 'late',
    }));
    const said = (component: string) =>
      saidBy(componentOrder, {
        ...facts,
        objects,
        unread: unread.map((each) => ({ ...each, component })),
      }).map((each) => each.split(' ')[0]);
    expect(said('app')).toEqual(['undecided']);
    expect(said('')).toEqual(['undecided']);
    expect(said('late')).toEqual(['error']);
  });

  it('a namespace of its own is undecided', () => {
    const yaml = object('v1', 'Namespace', 'extra');
    expect(saidBy(namespaceOwners, some(yaml, true))).toEqual([expect.stringMatching(/^note /)]);
    expect(saidBy(namespaceOwners, some(yaml, false))).toEqual([
      expect.stringMatching(/^undecided /),
    ]);
    const to = { ...some(yaml, true), namespaces: ['extra'] };
    expect(saidBy(namespaceOwners, to)).toEqual([]);
  });

  it('a payload whose claim was not found is undecided', () => {
    const target = { namespace: 'ns', selector: 'app=x', container: 'c', path: '/d' };
    const components = [{ name: 'app', dataInjections: [{ source: 'm', target }] }];
    const said = (isWhole: boolean) =>
      saidBy(payloadFits, {
        ...some(pod, isWhole, { components }),
        payloads: [{ source: 'm', bytes: 5 }],
      });
    expect(said(true)).toEqual([expect.stringMatching(/^not-applicable/)]);
    expect(said(false)).toEqual([
      `undecided 1: payload m: the claim it goes to was not found; ${because}`,
    ]);
  });

  it('an override of a chart that lies elsewhere is undecided where it says a path', () => {
    const release = aDeployedRelease(some(token, false));
    const said = (values: readonly { path: string; value: string }[], isHere: boolean) =>
      saidBy(overrides, {
        ...release,
        bundles: release.bundles.map((bundle) => ({
          ...bundle,
          packages: bundle.packages.map((each) => ({
            ...each,
            entry: { ...each.entry, overrides: { app: { app: { values } } } },
            package:
              each.package === undefined || isHere ? each.package : { ...each.package, charts: [] },
          })),
        })),
      });
    const values = [{ path: 'a', value: 'x' }];
    expect(said(values, true)).toEqual([expect.stringContaining('reads a')]);
    expect(said(values, false)).toEqual([
      `undecided 1: which values chart 'app' of package 'app' reads is not known; ${because}`,
    ]);
    expect(said([], false)).toEqual([]);
  });

  it('no object twice is said of what was read', () => {
    const release = aDeployedRelease(some(pod, false));
    const [result] = [...duplicates.evaluate(release)];
    expect(result).toMatchObject({ outcome: 'pass', message: expect.stringContaining(because) });
  });
});

it('an object that no cluster takes may be what another looks for', () => {
  expect(notAllRead(aDeployedPackage('kind: A\napiVersion: v1\n'))).toBeUndefined();
  expect(notAllRead(aDeployedPackage('a: 1\n---\nkind: A\n'))).toBe(
    'app/all.yaml and 1 more could not be read: an object has no kind, so no cluster takes it',
  );
});
