import { expect, it } from 'vitest';
import { aPackage, aRelease } from '../../../test/support/a-release.ts';
import { deployedRelease, type Files, faults, told } from '../../../test/support/deployed.ts';
import { flavorPurity } from './flavor-purity.ts';

function pod(limits: string, more = ''): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: p, namespace: ai }
spec:
  ${more}
  containers:
    - { name: c, resources: { limits: ${limits} } }
`;
}

/** The release with its flavor under another name. */
function named(flavor: string, files: Files): Files {
  const text = files['cowa-release.yaml']?.replace('  cpu:', `  ${flavor}:`) ?? '';
  return { ...files, 'cowa-release.yaml': text };
}

const at = 'fail packages/api/all.yaml';

it.each([
  ['no GPU', pod('{ cpu: 1 }'), []],
  ['a limit of none', pod('{ nvidia.com/gpu: "0" }'), []],
  [
    'a limit',
    pod('{ nvidia.com/gpu: 1 }'),
    [`${at}:7:41 flavor cpu: container 'c' asks for 1 of nvidia.com/gpu`],
  ],
  ['a limit that is settled later', pod('{ nvidia.com/gpu: "###ZARF_VAR_N###" }'), []],
  [
    'a runtime class',
    pod('{}', 'runtimeClassName: nvidia'),
    [`${at}:5:3 flavor cpu: the pod runs in runtime class nvidia`],
  ],
  ['another runtime class', pod('{}', 'runtimeClassName: gvisor'), []],
  [
    'a file that is no YAML',
    'a: [',
    [
      "undecided api flavor cpu: whether all of package 'api' does without a GPU is not known; packages/api/all.yaml could not be read: what it renders to is no YAML",
    ],
  ],
])('cpu with %s', async (_name, yaml, expected) => {
  const files = aRelease({ files: { 'packages/api/all.yaml': yaml } });
  expect(faults(flavorPurity, await deployedRelease(files))).toEqual(expected);
});

it.each([
  ['ghcr.io/x/api:1.0.0-cuda12.2', 1],
  ['nvcr.io/nvidia/pytorch:24.01', 1],
  ['ghcr.io/x/gpu-free-barracuda:1.0.0', 1],
  ['ghcr.io/x/barracuda:1.0.0', 0],
  ['ghcr.io/x/api:1.0.0', 0],
])('cpu with the image %s', async (image, count) => {
  const zarf = aPackage('api', `    images: [${image}]\n`);
  const files = aRelease({ files: { 'packages/api/zarf.yaml': zarf } });
  expect(faults(flavorPurity, await deployedRelease(files))).toHaveLength(count);
});

const roles = 'platform: { roles: [{ name: chat, oneOf: [api], gpu: true }] }\n';

it.each([
  ['a limit', pod('{ nvidia.com/gpu: 1 }'), '', []],
  [
    'none',
    pod('{ cpu: 1 }'),
    '',
    ['fail cowa-release.yaml:8:5 flavor gpu: none of its packages asks for a GPU'],
  ],
  [
    'none in the backend that has to',
    pod('{ nvidia.com/gpu: "0" }'),
    roles,
    ["fail bundle/uds-bundle.yaml:5:13 flavor gpu: package 'api' asks for no GPU"],
  ],
  ['one in the backend that has to', pod('{ amd.com/gpu: 2 }'), roles, []],
  [
    'a limit that is settled later',
    pod('{ nvidia.com/gpu: "###ZARF_VAR_N###" }'),
    roles,
    [
      "undecided bundle/uds-bundle.yaml:5:13 flavor gpu: package 'api' asks for no GPU before its variables are set",
    ],
  ],
  [
    'a file that is no YAML',
    'a: [',
    roles,
    [
      "undecided bundle/uds-bundle.yaml:5:13 flavor gpu: package 'api' asks for no GPU; packages/api/all.yaml could not be read: what it renders to is no YAML",
    ],
  ],
])('gpu with %s', async (_name, yaml, more, expected) => {
  const files = named('gpu', aRelease({ more, files: { 'packages/api/all.yaml': yaml } }));
  const lines = faults(flavorPurity, await deployedRelease(files));
  expect(lines.map((line) => line.replace(/no YAML.*/, 'no YAML'))).toEqual(expected);
});

it('is undecided where a package could not be read, and silent where it is published', async () => {
  const bundle = '\n  - { name: x, repository: ghcr.io/x, ref: 1.0.0 }\n';
  const files = named('gpu', aRelease({ bundle }));
  expect(faults(flavorPurity, await deployedRelease(files))).toEqual([]);
  const unread = [{ path: 'x/zarf.yaml', reason: 'it cannot be resolved' }];
  expect(faults(flavorPurity, await deployedRelease(files, { unread }))).toEqual([
    'undecided cowa-release.yaml:8:5 flavor gpu: not every package of it could be read',
  ]);
});

it('speaks of nothing without flavors', async () => {
  expect(told(flavorPurity, await deployedRelease({}))).toEqual(['not-applicable']);
});
