import { expect, it } from 'vitest';
import { deployedPackage, told } from '../../../test/support/deployed.ts';
import { payloadContract } from './payload-contract.ts';

const target = '{ namespace: ai, selector: app=cow, container: loader, path: /data/.model }';

function zarf(injection: string): string {
  return `kind: ZarfPackageConfig
metadata: { name: app }
components:
  - name: app
    manifests: [{ name: m, namespace: ai, files: [all.yaml] }]
${injection === '' ? '' : `    dataInjections: [{ source: m, target: ${injection} }]\n`}`;
}

const pods = `apiVersion: apps/v1
kind: Deployment
metadata: { name: d }
spec:
  template:
    metadata: { labels: { app: cow } }
    spec:
      initContainers:
        - name: loader
          command: [sh, -c, 'until [ -f /data/.model/###ZARF_DATA_INJECTION_MARKER### ]; do sleep 1; done']
          volumeMounts: [{ name: v, mountPath: /data }]
      containers: [{ name: main, volumeMounts: [{ name: v, mountPath: /data }] }]
`;

async function judge(injection: string, yaml = pods): Promise<readonly string[]> {
  return told(
    payloadContract,
    await deployedPackage({ 'zarf.yaml': zarf(injection), 'all.yaml': yaml }),
  );
}

const what = "payload m of component 'app'";

it.each([
  ['all five agree', target, pods, ['pass']],
  [
    'another label',
    target.replace('app=cow', 'app=calf'),
    pods,
    [`fail zarf.yaml:6:70 ${what}: no pod template has the labels app=calf; there is app=cow`],
  ],
  [
    'another namespace',
    target.replace('namespace: ai', 'namespace: ia'),
    pods,
    [`fail zarf.yaml:6:56 ${what}: it goes to namespace ia, its pod is in ai`],
  ],
  [
    'another container',
    target.replace('loader', 'load'),
    pods,
    [`fail zarf.yaml:6:90 ${what}: the pod has no container 'load'; it has loader, main`],
  ],
  [
    'another path',
    target.replace('.model', 'model'),
    pods,
    [
      `fail zarf.yaml:6:104 ${what}: container 'loader' does not wait for /data/model/###ZARF_DATA_INJECTION_MARKER###`,
    ],
  ],
  [
    'a folder that is on no volume',
    target,
    pods.replace('mountPath: /data', 'mountPath: /date'),
    [
      `fail zarf.yaml:6:104 ${what}: no volume is mounted at or above /data/.model in container 'loader', so what is injected is lost`,
    ],
  ],
  [
    'a volume nobody else mounts',
    target,
    pods.replace('name: main, volumeMounts: [{ name: v', 'name: main, volumeMounts: [{ name: w'),
    [
      `fail zarf.yaml:6:90 ${what}: no other container of the pod mounts volume 'v', so nobody reads it`,
    ],
  ],
  [
    'a container that waits for nothing',
    '',
    pods,
    [
      "fail all.yaml:9:11 initContainer 'loader' waits for a payload at /data/.model, and none is injected into it",
    ],
  ],
  [
    'a label that is settled later',
    target.replace('app=cow', '"app=###ZARF_VAR_N###"'),
    pods,
    [
      `undecided zarf.yaml:6:70 ${what}: no pod template has the labels app=###ZARF_VAR_N###; there is app=cow; app=###ZARF_VAR_N### is settled only when it is deployed`,
    ],
  ],
  [
    'no payload',
    '',
    'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c }] }\n',
    ['not-applicable'],
  ],
])('%s', async (_name, injection, yaml, expected) => {
  expect(
    (await judge(injection, yaml)).map((line) => line.replace('init container', 'initContainer')),
  ).toEqual(expected);
});

it('is undecided where a file could not be read', async () => {
  expect((await judge(target, 'a: ['))[0]).toMatch(/^undecided .* could not be read/);
});

it.each([
  ['mounted', 'volumeMounts: [{ name: m, mountPath: /models }]', ['pass']],
  [
    'mounted by nobody',
    'command: [x]',
    ["fail all.yaml:6:13 no container of the pod mounts image volume 'm', so nobody reads it"],
  ],
])('an image volume that is %s', async (_name, container, expected) => {
  const yaml = `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  containers: [{ name: c, ${container} }]
  volumes: [{ name: m, image: { reference: "ghcr.io/x/m:1" } }]
`;
  expect(await judge('', yaml)).toEqual(expected);
});
