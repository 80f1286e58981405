import { expect, it } from 'vitest';
import { aRelease, type ReleaseParts } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { objectsUnique } from './objects-unique.ts';

const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: db-auth, namespace: ai }\n';
const optional = aRelease()['packages/api/zarf.yaml']?.replace('    required: true\n', '') ?? '';

const rows: readonly (readonly [string, ReleaseParts, readonly string[]])[] = [
  ['names of their own', {}, []],
  [
    'one object in two packages',
    { files: { 'packages/api/all.yaml': secret } },
    [
      "fail packages/api/all.yaml:1:1 Secret db-auth in ai is made by packages/db/all.yaml of package 'db' too",
    ],
  ],
  [
    'one name in two namespaces',
    { files: { 'packages/api/all.yaml': secret.replace('ai', 'other') } },
    [],
  ],
  [
    'a namespace in two packages',
    {
      files: {
        'packages/api/all.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: ai }\n',
        'packages/db/all.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: { name: ai }\n',
      },
    },
    [],
  ],
  [
    'a component that may stand for another',
    { files: { 'packages/api/zarf.yaml': optional, 'packages/api/all.yaml': secret } },
    [],
  ],
  [
    'packages that are in no bundle together',
    {
      bundle: '\n  - { name: db, path: ../packages/db, ref: 1.0.0 }\n',
      files: { 'packages/api/all.yaml': secret },
    },
    [],
  ],
];

it.each(rows)('%s', async (_name, parts, expected) => {
  expect(faults(objectsUnique, await deployedRelease(aRelease(parts)))).toEqual(expected);
});

it.each([
  ['one release name in one namespace', 'ns', 1],
  ['one release name in two namespaces', 'other', 0],
])('%s', async (_name, namespace, count) => {
  const files = {
    'zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: app }
components:
  - name: app
    required: true
    charts:
      - { name: a, releaseName: r, namespace: ns, localPath: chart }
      - { name: b, releaseName: r, namespace: ${namespace}, localPath: chart }
`,
    'chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\n',
  };
  const lines = faults(objectsUnique, await deployedRelease(files));
  expect(lines).toHaveLength(count);
  if (count > 0)
    expect(lines[0]).toBe(
      "fail zarf.yaml:8:9 chart 'b' makes release r in ns, as chart 'a' of package 'app' does",
    );
});

it('speaks of nothing where nothing is deployed', async () => {
  expect(told(objectsUnique, await deployedRelease({}))).toEqual(['not-applicable']);
});
