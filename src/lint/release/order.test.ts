import { expect, it } from 'vitest';
import { aRelease, type ReleaseParts } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { order } from './order.ts';

const reversed = `
  - { name: api, path: ../packages/api, ref: 1.0.0 }
  - { name: db, path: ../packages/db, ref: 1.0.0 }
`;
const api = aRelease()['packages/api/all.yaml'] ?? '';
const db = aRelease()['packages/db/all.yaml'] ?? '';

const rows: readonly (readonly [string, ReleaseParts, readonly string[]])[] = [
  ['the maker first', {}, []],
  [
    'the maker last',
    { bundle: reversed },
    [
      "fail packages/api/all.yaml:10:43 variable TOKEN of container 'api' is read from Secret/db-auth, which package 'db' makes, and that comes behind 'api'",
      "warning packages/api/all.yaml:8:11 container 'api' talks to Service/db, which package 'db' makes, and that comes behind 'api'",
    ],
  ],
  [
    'what is optional',
    {
      bundle: reversed,
      files: {
        'packages/api/all.yaml': api
          .replace('key: token', 'key: token, optional: true')
          .replace('db:8080', 'db:8081'),
      },
    },
    [],
  ],
  [
    'another service whose name ends alike',
    {
      bundle: reversed,
      files: {
        'packages/api/all.yaml': api.replace('db-auth', 'own').replace('//db:8080', '//my-db:8080'),
      },
    },
    [],
  ],
  [
    'a port that begins alike',
    {
      bundle: reversed,
      files: {
        'packages/api/all.yaml': api.replace('db-auth', 'own').replace('//db:8080', '//db:80800'),
      },
    },
    [],
  ],
  [
    'a service by its long name',
    {
      bundle: reversed,
      files: {
        'packages/api/all.yaml': api
          .replace('db-auth', 'own')
          .replace('//db:8080', '//db.ai.svc.cluster.local/x'),
      },
    },
    [
      "warning packages/api/all.yaml:8:11 container 'api' talks to Service/db, which package 'db' makes, and that comes behind 'api'",
    ],
  ],
  [
    'a kind defined behind',
    {
      bundle: reversed,
      files: {
        'packages/api/all.yaml': 'apiVersion: example.com/v1\nkind: Thing\nmetadata: { name: t }\n',
        'packages/db/all.yaml': `${db}---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.com }
spec: { group: example.com, names: { kind: Thing, plural: things } }
`,
      },
    },
    [
      "fail packages/api/all.yaml:1:1 the kind Thing is defined by package 'db', and that comes behind 'api'",
    ],
  ],
  [
    'an account and a claim made behind',
    {
      bundle: reversed,
      files: {
        'packages/api/all.yaml': `apiVersion: v1
kind: Pod
metadata: { name: p, namespace: ai }
spec: { serviceAccountName: sa, volumes: [{ name: v, persistentVolumeClaim: { claimName: c } }], containers: [{ name: x }] }
`,
        'packages/db/all.yaml': `apiVersion: v1
kind: ServiceAccount
metadata: { name: sa, namespace: ai }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: c, namespace: ai }
`,
      },
    },
    [
      "fail packages/api/all.yaml:4:9 the pod runs as ServiceAccount/sa, which package 'db' makes, and that comes behind 'api'",
      "fail packages/api/all.yaml:4:43 the pod mounts PersistentVolumeClaim/c, which package 'db' makes, and that comes behind 'api'",
    ],
  ],
  [
    'an import of what comes later',
    {
      bundle: `
  - { name: web, path: ../packages/x, ref: 1.0.0, imports: [{ name: A, package: data }] }
  - { name: data, path: ../packages/y, ref: 1.0.0, exports: [{ name: A }] }
`,
    },
    ["fail bundle/uds-bundle.yaml:4:61 package 'web' imports A from 'data', which comes later"],
  ],
  [
    'an import of what nobody exports',
    {
      bundle: `
  - { name: data, repository: x, ref: 1.0.0, exports: [{ name: A }] }
  - { name: web, repository: x, ref: 1.0.0, imports: [{ name: B, package: data }, { name: A, package: data }] }
`,
    },
    [
      "fail bundle/uds-bundle.yaml:5:55 package 'data' does not export B, which package 'web' imports",
    ],
  ],
];

it.each(rows)('%s', async (_name, parts, expected) => {
  expect(faults(order, await deployedRelease(aRelease(parts)))).toEqual(expected);
});

it('says nothing of packages that are elsewhere', async () => {
  const files = aRelease({ bundle: reversed, files: { 'packages/db/zarf.yaml': undefined } });
  expect(faults(order, await deployedRelease(files))).toEqual([]);
});

it('is undecided behind a package nobody can look into', async () => {
  const bundle = `
  - { name: far, repository: ghcr.io/x, ref: 1.0.0 }${reversed}`;
  const told = faults(order, await deployedRelease(aRelease({ bundle })));
  expect(told.map((each) => each.replace(/^.*; /, ''))).toEqual([
    "what package 'far' of the bundle deploys is not known",
    "what package 'far' of the bundle deploys is not known",
  ]);
});

it('speaks of nothing without a bundle', async () => {
  expect(told(order, await deployedRelease({}))).toEqual(['not-applicable']);
});
