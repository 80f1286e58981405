import { expect, it } from 'vitest';
import {
  chartPackage,
  deployedRelease,
  type Files,
  faults,
  told,
} from '../../../test/support/deployed.ts';
import { used } from './used.ts';

function zarf(variables: string, rest = ''): string {
  return `kind: ZarfPackageConfig
metadata: { name: app }
${variables}
components:
  - name: app
    charts: [{ name: app, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [values.yaml] }]
${rest}`;
}

async function judge(variables: string, values: string, rest = '', more: Files = {}) {
  return faults(
    used,
    await deployedRelease(chartPackage(zarf(variables, rest), values, 'x: 1', more)),
  );
}

const size = 'variables: [{ name: SIZE, default: 1Gi }]';
const idle = 'fail zarf.yaml:3:13 the variable SIZE is used nowhere';

it.each([
  ['in a values file', size, 'a: ###ZARF_VAR_SIZE###', '', []],
  [
    'in the environment of an action',
    size,
    '',
    '    actions: { onDeploy: { after: [{ cmd: "resize ${ZARF_VAR_SIZE}" }] } }\n',
    [],
  ],
  ['nowhere', size, 'a: 1', '', [idle]],
  ['in a longer name', size, 'a: ###ZARF_VAR_SIZE_MAX###', '', [idle]],
  [
    'as a constant nowhere',
    'constants: [{ name: V, value: "1" }]',
    '',
    '',
    ['fail zarf.yaml:3:13 the constant V is used nowhere'],
  ],
  [
    'perhaps in a script',
    size,
    '',
    '    actions: { onDeploy: { after: [{ cmd: sh after.sh }] } }\n',
    [],
  ],
])('used %s', async (_name, variables, values, rest, expected) => {
  expect(await judge(variables, values, rest)).toEqual(expected);
});

it('counts what another flavor uses', async () => {
  const flavored = `kind: ZarfPackageConfig
metadata: { name: app }
variables: [{ name: A, default: x }, { name: B, default: x }, { name: C, default: x }]
components:
  - { name: app, only: { flavor: one }, charts: [{ name: app, namespace: ns, localPath: chart, valuesFiles: [values.yaml] }] }
  - { name: app, only: { flavor: two }, charts: [{ name: app, namespace: ns, localPath: chart, valuesFiles: [two.yaml] }] }
`
    .replaceAll(
      /\{ name: app, only: \{ flavor: (\w+) \}/g,
      'name: app\n    only:\n      flavor: $1\n   ',
    )
    .replaceAll('   , charts: ', '    charts: ')
    .replaceAll('}] }\n', '}]\n');
  const files = chartPackage(flavored, 'a: ###ZARF_VAR_A###', 'x: 1', {
    'two.yaml': 'a: ###ZARF_VAR_B###',
  });
  expect(faults(used, await deployedRelease(files))).toEqual([
    'fail zarf.yaml:3:63 the variable C is used nowhere',
  ]);
});

it('counts what a bundle hands on', async () => {
  const bundle = `kind: UDSBundle
metadata: { name: b, version: 1.0.0 }
packages: [{ name: app, path: ., ref: 1.0.0, exports: [{ name: SIZE }] }]
`;
  expect(await judge(size, '', '', { 'uds-bundle.yaml': bundle })).toEqual([]);
});

it('does not judge an archive, which holds one flavor', async () => {
  const facts = await deployedRelease(chartPackage(zarf(size), '', 'x: 1'), {
    documents: undefined,
  });
  expect(told(used, facts)).toEqual(['not-applicable']);
});
