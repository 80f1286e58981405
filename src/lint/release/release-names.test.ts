import { expect, it } from 'vitest';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { releaseNames } from './release-names.ts';

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
  const lines = faults(releaseNames, await deployedRelease(files));
  expect(lines).toHaveLength(count);
  if (count > 0)
    expect(lines[0]).toBe(
      "fail zarf.yaml:8:9 chart 'b' makes release r in ns, as chart 'a' of package 'app' does",
    );
});

it('speaks of nothing where nothing is deployed', async () => {
  expect(told(releaseNames, await deployedRelease({}))).toEqual(['not-applicable']);
});

it('tells once what several bundles deploy alike', async () => {
  const bundle = (name: string): string => `kind: UDSBundle
metadata: { name: ${name}, version: 1.0.0 }
packages: [{ name: app, path: ../, ref: 0.1.0 }]
`;
  const files = {
    'zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: app, version: 0.1.0 }
components:
  - name: app
    required: true
    charts:
      - { name: a, releaseName: r, namespace: ns, localPath: chart }
      - { name: b, releaseName: r, namespace: ns, localPath: chart }
`,
    'chart/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 0.1.0\n',
    'one/uds-bundle.yaml': bundle('one'),
    'two/uds-bundle.yaml': bundle('two'),
  };
  const release = await deployedRelease(files);
  expect(release.bundles).toHaveLength(2);
  expect(faults(releaseNames, release)).toHaveLength(1);
});
