import { expect, it } from 'vitest';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { components } from './components.ts';

const at = 'uds-bundle.yaml:4:13';

it.each([
  ['required', '[{ name: a, required: true }]', '', []],
  ['chosen by default', '[{ name: a, default: true }]', '', []],
  ['optional and listed', '[{ name: a }]', ', optionalComponents: [a]', []],
  [
    'optional and listed under another name',
    '[{ name: metrics }, { name: b, required: true }]',
    ', optionalComponents: [metric]',
    [
      "fail uds-bundle.yaml:4:62 package 'app' has no component 'metric'; it has b, metrics; 'metrics' was meant?",
      `note ${at} of package 'app' the bundle does not deploy metrics`,
    ],
  ],
  [
    'required and listed',
    '[{ name: a, required: true }]',
    ', optionalComponents: [a]',
    ["note uds-bundle.yaml:4:62 component 'a' of package 'app' is required: it is deployed anyway"],
  ],
  [
    'deployed by nobody',
    '[{ name: a }]',
    '',
    [
      `fail ${at} nothing of package 'app' is deployed: none of its components (a) is required, and the bundle lists none`,
    ],
  ],
])('components that are %s', async (_name, list, entry, expected) => {
  const files = {
    'app/zarf.yaml': `kind: ZarfPackageConfig\nmetadata: { name: app, version: 1.0.0 }\ncomponents: ${list}\n`,
    'uds-bundle.yaml': `kind: UDSBundle
metadata: { name: b, version: 1.0.0 }
packages:
  - { name: app, path: app, ref: 1.0.0${entry} }
`,
  };
  expect(faults(components, await deployedRelease(files))).toEqual(expected);
});

it('says nothing of a package that is elsewhere', async () => {
  const bundle = `kind: UDSBundle
metadata: { name: b, version: 1.0.0 }
packages: [{ name: app, repository: ghcr.io/app, ref: 1.0.0, optionalComponents: [x] }]
`;
  expect(told(components, await deployedRelease({ 'uds-bundle.yaml': bundle }))).toEqual([
    'not-applicable',
  ]);
});

it.each([
  ['left out by a pattern', "[a, '-b*']", []],
  [
    'to be left out and is not there',
    "[a, b, '-c']",
    ["note uds-bundle.yaml:4:68 package 'app' has no component '-c'; it has a, b"],
  ],
])('a component of the later format that is %s', async (_name, list, expected) => {
  const release = await deployedRelease({
    'app/zarf.yaml':
      'kind: ZarfPackageConfig\nmetadata: { name: app, version: 1.0.0 }\ncomponents: [{ name: a }, { name: b, default: true }]\n',
    'uds-bundle.yaml': `kind: UDSBundle
metadata: { name: b, version: 1.0.0 }
packages:
  - { name: app, path: app, ref: 1.0.0, optionalComponents: ${list} }
`,
  });
  const bundles = release.bundles.map((bundle) => ({ ...bundle, file: 'bundle.uds.hcl' }));
  expect(faults(components, { ...release, bundles })).toEqual(expected);
});
