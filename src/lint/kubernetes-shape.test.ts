import fc from 'fast-check';
import { validate as deployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment';
import { validate as job } from 'kubernetes-models/_schemas/IoK8sApiBatchV1Job';
import { validate as configMap } from 'kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap';
import { validate as service } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service';
import { validate as networkPolicy } from 'kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy';
import { validate as roleBinding } from 'kubernetes-models/_schemas/IoK8sApiRbacV1RoleBinding';
import { describe, expect, it } from 'vitest';
import { inside, isBox } from '../zarf/deployed-object.ts';
import { departures, hasShape } from './kubernetes-shape.ts';
import type { Path } from './pods.ts';

const pod = {
  metadata: { labels: { app: 'api' }, annotations: { a: 'b' } },
  spec: {
    serviceAccountName: 'api',
    restartPolicy: 'Never',
    securityContext: { runAsNonRoot: true, fsGroup: 65532 },
    containers: [
      {
        name: 'api',
        image: 'a:1',
        imagePullPolicy: 'Always',
        args: ['a', 'b'],
        env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: true } } }],
        ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }],
        readinessProbe: { httpGet: { port: 'http', path: '/' }, periodSeconds: 3 },
        resources: { limits: { memory: '1Gi', cpu: 1 } },
        securityContext: { capabilities: { drop: ['ALL'] } },
        volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true }],
      },
    ],
    volumes: [{ name: 'v', configMap: { name: 'm', items: [{ key: 'a', path: 'b', mode: 420 }] } }],
  },
};
const samples = [
  [
    deployment,
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'api' } },
        strategy: { type: 'Recreate' },
        template: pod,
      },
    },
  ],
  [
    job,
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'a' },
      spec: { backoffLimit: 4, template: pod },
    },
  ],
  [
    service,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: {
        type: 'ClusterIP',
        selector: { app: 'api' },
        ports: [{ port: 80, targetPort: 'http', protocol: 'TCP' }],
      },
    },
  ],
  [
    configMap,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data: { a: 'b' },
      immutable: true,
    },
  ],
  [
    roleBinding,
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'a' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [{ kind: 'ServiceAccount', name: 's', namespace: 'n' }],
    },
  ],
  [
    networkPolicy,
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'a' },
      spec: {
        podSelector: { matchLabels: { a: 'b' } },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: 80 }] }],
      },
    },
  ],
] as const;

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (Array.isArray(value))
    return [path, ...value.flatMap((each, index) => pathsOf(each, [...path, index]))];
  if (!isBox(value)) return [path];
  return [path, ...Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]))];
}

/** The value with another in one place, or without that place. */
function changed(value: unknown, [first, ...rest]: Path, by: unknown): unknown {
  if (first === undefined) return by;
  if (Array.isArray(value))
    return value.map((each, index) => (index === first ? changed(each, rest, by) : each));
  if (!isBox(value)) return value;
  const entries = Object.entries(value).map(([key, each]) =>
    key === first ? ([key, changed(each, rest, by)] as const) : ([key, each] as const),
  );
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

describe('departures', () => {
  it.each(samples)('finds what kubernetes-models finds in %o', (validate, sample) => {
    const { apiVersion, kind } = sample;
    expect(hasShape(apiVersion, kind)).toBe(true);
    expect(departures(apiVersion, kind, sample)).toEqual([]);
    const paths = pathsOf(sample).filter(
      ([first]) => first !== undefined && first !== 'apiVersion' && first !== 'kind',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.constantFrom<unknown>('text', 7, true, ['a'], { a: 1 }, undefined),
        (path, by) => {
          // Members that are not there are judged by us alone: the module takes any.
          fc.pre(
            !(
              isBox(by) &&
              inside(sample, ...path) !== undefined &&
              typeof inside(sample, ...path) === 'object'
            ),
          );
          fc.pre(!(by === undefined && typeof path.at(-1) === 'number'));
          const mutant = changed(sample, path, by);
          const ours = departures(apiVersion, kind, mutant).length === 0;
          expect([path.join('.'), by, ours]).toEqual([path.join('.'), by, validate(mutant)]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
