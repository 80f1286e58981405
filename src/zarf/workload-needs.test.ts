import { describe, expect, it } from 'vitest';
import { readObjects } from './deployed-object.ts';
import { quantity, workloadNeeds } from './workload-needs.ts';

const needsOf = (text: string) =>
  workloadNeeds(readObjects(text, { component: 'c', source: 's', namespace: 'n' }) ?? []);

describe('quantity', () => {
  it.each([
    ['15Gi', 15 * 2 ** 30],
    ['1G', 1e9],
    ['512Mi', 512 * 2 ** 20],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['10Ki', 10240],
    ['100k', 100_000],
    ['2', 2],
    [2, 2],
    ['1000m', 1],
    ['1Ti', 2 ** 40],
  ])('%s is %s', (text, expected) => {
    expect(quantity(text)).toBe(expected);
  });
  it.each([['x'], ['1Gb'], ['-1'], [''], [undefined], ['unresolved-value'], [{}], ['1KI']])(
    '%s is none',
    (text) => {
      expect(quantity(text)).toBeUndefined();
    },
  );
});

describe('workloadNeeds', () => {
  it('reads claims, also those of a StatefulSet for each of its pods', () => {
    const { volumes } = needsOf(`
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { storageClassName: fast, resources: { requests: { storage: 15Gi } } }
---
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 3
  volumeClaimTemplates:
    - metadata: { name: disk }
      spec: { resources: { requests: { storage: 1Gi } } }
`);
    expect(volumes).toEqual([
      { name: 'data', request: '15Gi', storageClass: 'fast', count: 1 },
      { name: 'db/disk', request: '1Gi', storageClass: undefined, count: 3 },
    ]);
  });

  it.each([
    [
      'a Deployment',
      'kind: Deployment\nmetadata: { name: a }\nspec: { replicas: 2, template: { spec: { containers: [{ resources: { limits: { nvidia.com/gpu: 1 } } }] } } }',
      [{ name: 'a', resource: 'nvidia.com/gpu', limit: 1, pods: 2 }],
    ],
    [
      'a DaemonSet',
      'kind: DaemonSet\nmetadata: { name: a }\nspec: { template: { spec: { containers: [{ resources: { limits: { amd.com/gpu: "1" } } }] } } }',
      [{ name: 'a', resource: 'amd.com/gpu', limit: 1, pods: undefined }],
    ],
    [
      'a limit of none',
      'kind: Pod\nmetadata: { name: a }\nspec: { containers: [{ resources: { limits: { nvidia.com/gpu: 0 } } }] }',
      [],
    ],
    [
      'no GPU among the limits',
      'kind: Pod\nmetadata: { name: a }\nspec: { containers: [{ resources: { limits: { memory: 1Gi } } }] }',
      [],
    ],
    [
      'a limit that rendering would tell',
      'kind: Pod\nmetadata: { name: a }\nspec: { containers: [{ resources: { limits: { nvidia.com/gpu: unresolved-value } } }] }',
      [{ name: 'a', resource: 'nvidia.com/gpu', limit: undefined, pods: 1 }],
    ],
  ])('reads the GPUs of %s', (_name, text, expected) => {
    expect(needsOf(text).gpus).toEqual(expected);
  });

  it('reads secrets wherever workloads name them, and those that are made', () => {
    const needs = needsOf(`
kind: Deployment
metadata: { name: a }
spec:
  template:
    spec:
      imagePullSecrets: [{ name: pull }]
      containers:
        - env: [{ name: T, valueFrom: { secretKeyRef: { name: env, key: token } } }]
          envFrom: [{ secretRef: { name: all, optional: true } }]
      volumes:
        - secret: { secretName: volume }
        - projected: { sources: [{ secret: { name: projected } }] }
---
kind: Secret
metadata: { name: made }
---
kind: Package
metadata: { name: p }
spec: { sso: [{ clientId: uds-ui }, { clientId: x, secretName: own }] }
`);
    expect(
      needs.secrets.map(({ name, key, optional }) => `${name} ${key ?? '-'} ${optional}`).sort(),
    ).toEqual([
      'all - true',
      'env token false',
      'projected - false',
      'pull - false',
      'volume - false',
    ]);
    expect(needs.madeSecrets).toEqual(['made', 'sso-client-uds-ui', 'own']);
  });

  it('reads the items of a list', () => {
    expect(
      needsOf('kind: List\nitems: [{ kind: Secret, metadata: { name: a } }]').madeSecrets,
    ).toEqual(['a']);
  });

  it('finds nothing in what is no object', () => {
    expect(needsOf('- just\n- a list').volumes).toEqual([]);
  });

  it('tells a class that is named empty from one that is not named', () => {
    const claim = (spec: string) =>
      needsOf(`kind: PersistentVolumeClaim\nspec: { ${spec} }`).volumes;
    expect(claim("storageClassName: ''")).toMatchObject([{ storageClass: '' }]);
    expect(claim('')).toMatchObject([{ storageClass: undefined }]);
  });
});
