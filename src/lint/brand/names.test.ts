import { expect, it } from 'vitest';
import { aPackage, aRelease } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { names } from './names.ts';

const brand = 'brand:\n  old: [{ category: product, text: OldName }]\n';
const allow = `${brand}  allow: [{ path: "docs/*", reason: history }, { within: vendor.example/oldname/x, reason: third party }]\n`;

it.each([
  ['nowhere', brand, {}, []],
  [
    'in a document, whatever its case',
    brand,
    { 'README.md': 'A\nthe OLDNAME and oldname\n' },
    ["fail README.md:2:5 old product 'OLDNAME'; 2 times in this file"],
  ],
  ['where it is allowed', allow, { 'docs/old.md': 'oldname' }, []],
  ['within what is allowed', allow, { 'README.md': 'vendor.example/oldname/x:1' }, []],
  [
    'beside what is allowed',
    allow,
    { 'README.md': 'vendor.example/oldname/x and vendor.example/oldname/y' },
    ["fail README.md:1:45 old product 'oldname'"],
  ],
  [
    'in a manifest',
    brand,
    { 'packages/api/all.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: { name: oldname }\n' },
    ["fail packages/api/all.yaml:3:19 old product 'oldname'"],
  ],
])('an old name %s', async (_name, more, files, expected) => {
  expect(faults(names, await deployedRelease(aRelease({ more, files })))).toEqual(expected);
});

it('finds what only the template makes', async () => {
  const files = aRelease({
    more: brand,
    files: {
      'packages/api/zarf.yaml': aPackage('api').replace(
        'manifests: [{ name: api, namespace: ai, files: [all.yaml] }]',
        'charts: [{ name: api, namespace: ai, localPath: chart, version: 1.0.0 }]',
      ),
      'packages/api/chart/Chart.yaml': 'apiVersion: v2\nname: api\nversion: 1.0.0\n',
      'packages/api/chart/templates/a.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ printf "%s%s" "old" "name" }} }\n',
    },
  });
  expect(faults(names, await deployedRelease(files))).toEqual([
    "fail packages/api/chart/templates/a.yaml:1:1 old product 'oldname' comes out of the template",
  ]);
});

it('speaks of nothing where nobody says what is old', async () => {
  expect(told(names, await deployedRelease(aRelease()))).toEqual(['not-applicable']);
});
