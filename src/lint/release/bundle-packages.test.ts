import { expect, it } from 'vitest';
import { aPackage, aRelease, type ReleaseParts } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { bundlePackages } from './bundle-packages.ts';

const flavored = aPackage('api').replace(
  '    required: true\n',
  '    required: true\n    only:\n      flavor: upstream\n',
);
const db = '\n  - { name: db, path: ../packages/db, ref: 1.0.0 }\n';
const at = 'fail bundle/uds-bundle.yaml';

const rows: readonly (readonly [string, ReleaseParts, readonly string[]])[] = [
  ['that are there', {}, []],
  [
    'one of which stands twice, which its schema tells',
    { bundle: `${db}  - { name: db, path: ../packages/db, ref: 1.0.0 }\n` },
    [],
  ],
  [
    'one called otherwise',
    { bundle: '\n  - { name: data, path: ../packages/db, ref: 1.0.0 }\n' },
    [`${at}:4:13 the package at packages/db is called db, not 'data'`],
  ],
  [
    'one without the flavor it has',
    {
      bundle: '\n  - { name: api, path: ../packages/api, ref: 1.0.0 }\n',
      files: { 'packages/api/zarf.yaml': flavored },
    },
    [`${at}:4:13 package 'api' has flavors, of which the bundle names none; it has upstream`],
  ],
  [
    'one with another flavor',
    {
      bundle: '\n  - { name: api, path: ../packages/api, ref: 1.0.0, flavor: upstraem }\n',
      files: { 'packages/api/zarf.yaml': flavored },
    },
    [`${at}:4:61 package 'api' has no flavor 'upstraem'; it has upstream; 'upstream' was meant?`],
  ],
  [
    'one for another architecture',
    { files: { 'packages/db/zarf.yaml': aPackage('db').replace('amd64', 'arm64') } },
    [`${at}:4:13 package 'db' is for arm64, the bundle for amd64`],
  ],
  [
    'one that is packed later',
    { bundle: `${db}  - { name: api, path: ../build, ref: 1.0.0 }\n` },
    [
      "note bundle/uds-bundle.yaml:5:24 nothing lies at build yet, where package 'api' is looked for",
    ],
  ],
  [
    'one that is packed',
    { bundle: '\n  - { name: db, path: ../out/db.tar.zst, ref: 1.0.0 }\n' },
    [],
  ],
  [
    'one that is published',
    { bundle: '\n  - { name: x, repository: ghcr.io/x, ref: 1.0.0 }\n' },
    [],
  ],
];

it.each(rows)('packages %s', async (_name, parts, expected) => {
  expect(faults(bundlePackages, await deployedRelease(aRelease(parts)))).toEqual(expected);
});

it('says when the bundle is for another architecture than the release', async () => {
  const files = aRelease();
  const release = files['cowa-release.yaml']?.replace('amd64', 'arm64') ?? '';
  expect(
    faults(bundlePackages, await deployedRelease({ ...files, 'cowa-release.yaml': release })),
  ).toEqual([`${at}:2:63 the bundle is for amd64, the release for arm64`]);
});

it('speaks of nothing without a bundle', async () => {
  expect(told(bundlePackages, await deployedRelease({}))).toEqual(['not-applicable']);
});
