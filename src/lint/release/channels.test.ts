import { expect, it } from 'vitest';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { channels } from './channels.ts';

function bundle(packages: string, metadata = 'name: b, version: 1.0.0'): string {
  return `kind: UDSBundle\nmetadata: { ${metadata} }\npackages:\n${packages}`;
}

const dev = bundle('  - { name: a, path: a, ref: 1.0.0 }\n  - { name: b, path: b, ref: 1.0.0 }\n');

it.each([
  [
    'another source',
    '  - { name: a, repository: x, ref: 1.0.0 }\n  - { name: b, repository: x, ref: "1.0.0@sha256:0" }\n',
    [],
  ],
  [
    'another order',
    '  - { name: b, repository: x, ref: 1.0.0 }\n  - { name: a, repository: x, ref: 1.0.0 }\n',
    ['fail latest/uds-bundle.yaml:4:3 the order is b, a; in dev/uds-bundle.yaml it is a, b'],
  ],
  [
    'another package',
    '  - { name: a, repository: x, ref: 1.0.0 }\n  - { name: c, repository: x, ref: 1.0.0 }\n',
    [
      'fail latest/uds-bundle.yaml:4:3 b of dev/uds-bundle.yaml is not taken here',
      'fail latest/uds-bundle.yaml:4:3 c is not taken in dev/uds-bundle.yaml',
    ],
  ],
  [
    'another version and other overrides',
    '  - { name: a, repository: x, ref: 2.0.0 }\n  - { name: b, repository: x, ref: 1.0.0, overrides: { c: { d: {} } } }\n',
    [
      "fail latest/uds-bundle.yaml:4:36 ref of package 'a' is not what it is in dev/uds-bundle.yaml",
      "fail latest/uds-bundle.yaml:5:54 overrides of package 'b' is not what it is in dev/uds-bundle.yaml",
    ],
  ],
])('%s', async (_name, packages, expected) => {
  const files = { 'dev/uds-bundle.yaml': dev, 'latest/uds-bundle.yaml': bundle(packages) };
  expect(faults(channels, await deployedRelease(files))).toEqual(expected);
});

it('compares versions of bundles', async () => {
  const latest = dev.replace('version: 1.0.0', 'version: 1.1.0');
  const files = { 'dev/uds-bundle.yaml': dev, 'latest/uds-bundle.yaml': latest };
  expect(faults(channels, await deployedRelease(files))).toEqual([
    'fail latest/uds-bundle.yaml:2:31 version is 1.1.0, in dev/uds-bundle.yaml it is 1.0.0',
  ]);
});

it('says nothing of bundles with names of their own', async () => {
  const files = {
    'a/uds-bundle.yaml': dev,
    'b/uds-bundle.yaml': bundle(
      '  - { name: x, path: x, ref: 1.0.0 }\n',
      'name: other, version: 1.0.0',
    ),
  };
  expect(told(channels, await deployedRelease(files))).toEqual(['not-applicable']);
});
