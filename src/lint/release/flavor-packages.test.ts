import { expect, it } from 'vitest';
import { aRelease, type ReleaseParts } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { flavorPackagesCheck } from './flavor-packages.ts';

const db = '\n  - { name: db, path: ../packages/db, ref: 1.0.0 }\n';

const rows: readonly (readonly [string, ReleaseParts, readonly string[]])[] = [
  ['the same', {}, []],
  [
    'one is not taken',
    { bundle: db },
    ['warning cowa-release.yaml:8:39 flavor cpu makes package api, which its bundle does not take'],
  ],
  [
    'one is not made',
    {
      bundle: `${db}  - { name: api, path: ../packages/api, ref: 1.0.0 }\n  - { name: apis, path: ../x, ref: 1.0.0 }\n`,
    },
    [
      "fail bundle/uds-bundle.yaml:6:13 flavor cpu does not make package 'apis'; it makes api, db; 'api' was meant?",
    ],
  ],
  [
    'one is published',
    {
      bundle: `${db}  - { name: api, path: ../packages/api, ref: 1.0.0 }\n  - { name: core, repository: ghcr.io/core, ref: 1.0.0 }\n`,
    },
    [],
  ],
];

it.each(rows)('%s', async (_name, parts, expected) => {
  expect(faults(flavorPackagesCheck, await deployedRelease(aRelease(parts)))).toEqual(expected);
});

it('does not say what a flavor makes of which a package could not be read', async () => {
  const files = aRelease({ files: { 'packages/api/zarf.yaml': undefined } });
  expect(faults(flavorPackagesCheck, await deployedRelease(files))).toEqual([]);
});

it('speaks of nothing without a release', async () => {
  expect(told(flavorPackagesCheck, await deployedRelease({}))).toEqual(['not-applicable']);
});

it('speaks of nothing where a flavor has no bundle, or nobody knows where it stands', async () => {
  const files = aRelease();
  const alone = files['cowa-release.yaml']?.replace('    bundle: { path: bundle }\n', '') ?? '';
  const without = await deployedRelease({ ...files, 'cowa-release.yaml': alone });
  expect(told(flavorPackagesCheck, without)).toEqual(['not-applicable']);
  const known = await deployedRelease(aRelease({ bundle: db }));
  expect(told(flavorPackagesCheck, { ...known, definitionAt: undefined })).toEqual([
    'not-applicable',
  ]);
});
