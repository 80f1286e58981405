import { expect, it } from 'vitest';
import { aRelease, type ReleaseParts } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { paths } from './paths.ts';

const rows: readonly (readonly [string, ReleaseParts, readonly string[]])[] = [
  ['all there', {}, []],
  [
    'a package that is not',
    { files: { 'packages/api/zarf.yaml': undefined } },
    ['fail cowa-release.yaml:8:47 the package definition packages/api/zarf.yaml is not there'],
  ],
  [
    'a bundle that is not',
    { files: { 'bundle/uds-bundle.yaml': undefined } },
    ['fail cowa-release.yaml:9:21 the bundle definition bundle/uds-bundle.yaml is not there'],
  ],
  [
    'a policy that is not',
    { more: 'settings: { policy: policy.yaml }\n' },
    ['fail cowa-release.yaml:10:21 the policy policy.yaml is not there'],
  ],
  [
    'weights that are elsewhere',
    {
      more: `payloads: [{ package: packages/api, source: m, path: weights, sha256: ${'a'.repeat(64)} }]\n`,
    },
    ['note cowa-release.yaml:10:54 the payload weights is not there'],
  ],
  [
    'weights in a folder',
    {
      more: `payloads: [{ package: packages/api, source: m, path: weights/, sha256: ${'a'.repeat(64)} }]\n`,
      files: { 'weights/a.bin': 'x' },
    },
    [],
  ],
  [
    'a values file of a bundle',
    {
      bundle:
        '\n  - { name: api, path: ../packages/api, ref: 1.0.0, overrides: { api: { c: { valuesFiles: [values.yaml] } } } }\n',
    },
    ['fail bundle/uds-bundle.yaml:4:92 the values file bundle/values.yaml is not there'],
  ],
];

it.each(rows)('%s', async (_name, parts, expected) => {
  expect(faults(paths, await deployedRelease(aRelease(parts)))).toEqual(expected);
});

it.each<[string, string, readonly string[]]>([
  ['../x', '../x/packages/api/zarf.yaml', ['fail']],
  ['../x', '../y/packages/api/zarf.yaml', []],
  ['a/b', 'a/packages/api/zarf.yaml', []],
  ['a/b', 'a/b/packages/api/zarf.yaml', ['fail']],
])('below %s, %s is looked up only where it lies there', async (root, path, expected) => {
  const { files: all, ...facts } = await deployedRelease(
    aRelease({ files: { 'packages/api/zarf.yaml': undefined } }),
  );
  const prefix = path.slice(0, -'/packages/api/zarf.yaml'.length);
  const moved = {
    ...facts,
    bundles: [],
    root,
    files: new Set([...(all ?? [])].map((each) => `${prefix}/${each}`)),
    definitionAt: () => ({ file: `${prefix}/cowa-release.yaml`, line: 1, column: 1 }),
  };
  expect(faults(paths, moved).map((line) => line.split(' ')[0])).toEqual(expected);
});

it('does not look up paths of an archive', async () => {
  const { files: _, ...facts } = await deployedRelease(aRelease());
  expect(told(paths, facts)).toEqual(['not-applicable']);
});
