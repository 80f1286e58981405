import { expect, it } from 'vitest';
import { aPackage, aRelease, type ReleaseParts } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { applyFixes } from '../apply-fixes.ts';
import { versions } from './versions.ts';

const api = aPackage('api');

const rows: readonly (readonly [string, ReleaseParts, readonly string[]])[] = [
  ['one everywhere', {}, []],
  [
    'another in a package',
    { files: { 'packages/api/zarf.yaml': api.replace('1.0.0', '0.9.0') } },
    [
      'fail packages/api/zarf.yaml:2:33 package api is version 0.9.0, the release is 1.0.0',
      'fail bundle/uds-bundle.yaml:5:46 bundle platform-cpu takes package api as 1.0.0, it is version 0.9.0',
    ],
  ],
  [
    'one of its own, and listed',
    {
      more: 'platform: { ownVersions: [api] }\n',
      bundle:
        '\n  - { name: db, path: ../packages/db, ref: 1.0.0 }\n  - { name: api, path: ../packages/api, ref: 0.9.0 }\n',
      files: { 'packages/api/zarf.yaml': api.replace('1.0.0', '0.9.0') },
    },
    [],
  ],
  [
    'another in the bundle',
    {
      bundle: '\n  - { name: api, path: ../packages/api, ref: 0.9.0 }\n',
    },
    [
      'fail bundle/uds-bundle.yaml:4:46 bundle platform-cpu takes package api as 0.9.0, it is version 1.0.0',
    ],
  ],
  [
    'raised in the release alone',
    { version: '1.1.0' },
    [
      'fail packages/db/zarf.yaml:2:32 package db is version 1.0.0, the release is 1.1.0',
      'fail packages/api/zarf.yaml:2:33 package api is version 1.0.0, the release is 1.1.0',
      'fail bundle/uds-bundle.yaml:2:42 bundle platform-cpu is version 1.0.0, the release is 1.1.0',
    ],
  ],
];

it.each(rows)('%s', async (_name, parts, expected) => {
  expect(faults(versions, await deployedRelease(aRelease(parts)))).toEqual(expected);
});

it('is written everywhere by its fixes', async () => {
  const files = aRelease({ version: '1.1.0' });
  const fixesOf = async (texts: Readonly<Record<string, string>>) =>
    [...versions.evaluate(await deployedRelease(texts))].flatMap(({ fix }) =>
      fix === undefined ? [] : [fix],
    );
  const { texts } = applyFixes(new Map(Object.entries(files)), await fixesOf(files));
  const once = { ...files, ...Object.fromEntries(texts) };
  // The entries of the bundle follow the packages.
  const again = applyFixes(new Map(Object.entries(once)), await fixesOf(once));
  const twice = { ...once, ...Object.fromEntries(again.texts) };
  expect(faults(versions, await deployedRelease(twice))).toEqual([]);
  expect(twice['bundle/uds-bundle.yaml']).toContain('ref: 1.1.0');
});

it('says so when a package is made as another version in one flavor', async () => {
  const zarf = api.replace('version: 1.0.0', 'version: "###ZARF_PKG_TMPL_V###"');
  const files = aRelease({ files: { 'packages/api/zarf.yaml': zarf } });
  const release = files['cowa-release.yaml']?.replace(
    '{ path: packages/api }',
    '{ path: packages/api, set: { V: 0.9.0 } }',
  );
  const all = { ...files, 'cowa-release.yaml': release ?? '' };
  expect(faults(versions, await deployedRelease(all, {}, { V: '1.0.0' }))).toEqual([
    'fail cowa-release.yaml:8:71 package api is made as version 0.9.0 in flavor cpu, the release is 1.0.0',
  ]);
});

it('tells a chart whose own file says another version, and warns of it in a release', async () => {
  const zarf = (version: string): string => `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
components: [{ name: app, charts: [{ name: app, namespace: ns, localPath: chart, version: ${version} }] }]
`;
  const files = {
    'zarf.yaml': zarf('1.0.0'),
    'chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.1\n',
  };
  const line = "zarf.yaml:3:91 chart 'app' is taken as version 1.0.0, its Chart.yaml says 1.0.1";
  expect(faults(versions, await deployedRelease(files))).toEqual([`note ${line}`]);
  const definition = `apiVersion: cowa-release/v1
name: a
version: 1.0.0
architecture: amd64
imageSources: []
flavors: { cpu: { packages: [{ path: . }] } }
`;
  const released = { ...files, 'cowa-release.yaml': definition };
  expect(faults(versions, await deployedRelease(released))).toEqual([`warning ${line}`]);
  expect(faults(versions, await deployedRelease({ ...files, 'zarf.yaml': zarf('1.0.1') }))).toEqual(
    [],
  );
});

it('does not compare published packages where no release says they are of it', async () => {
  const { 'cowa-release.yaml': _, ...files } = aRelease({
    bundle: '\n  - { name: api, repository: ghcr.io/x/api, ref: 0.9.0 }\n',
  });
  expect(faults(versions, await deployedRelease(files))).toEqual([]);
});

it('speaks of nothing where nothing is', async () => {
  expect(told(versions, await deployedRelease({}))).toEqual(['not-applicable']);
});

it('compares no settings of a release of which nobody knows where it stands', async () => {
  const zarf = api.replace('version: 1.0.0', 'version: "###ZARF_PKG_TMPL_V###"');
  const files = aRelease({ files: { 'packages/api/zarf.yaml': zarf } });
  const release = files['cowa-release.yaml']?.replace(
    '{ path: packages/api }',
    '{ path: packages/api, set: { V: 0.9.0 } }',
  );
  const all = { ...files, 'cowa-release.yaml': release ?? '' };
  const facts = await deployedRelease(all, { definitionAt: undefined }, { V: '1.0.0' });
  expect(faults(versions, facts)).toEqual([]);
});

it('compares no version of an entry that names a file or a registry only, as the later format does', async () => {
  const facts = await deployedRelease(aRelease());
  const bundles = facts.bundles.map((bundle) => ({
    ...bundle,
    packages: bundle.packages.map((each) => ({ ...each, entry: { ...each.entry, ref: '' } })),
  }));
  expect(faults(versions, { ...facts, bundles })).toEqual([]);
  const wrong = bundles.map((bundle) => ({
    ...bundle,
    packages: bundle.packages.map((each) => ({ ...each, entry: { ...each.entry, ref: '0.9.0' } })),
  }));
  expect(faults(versions, { ...facts, bundles: wrong })).toHaveLength(2);
});
