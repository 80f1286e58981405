import { expect, it } from 'vitest';
import { chartPackage, deployedRelease, type Files, told } from '../../../test/support/deployed.ts';
import { overrides } from './overrides.ts';

const zarf = `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0, allowNamespaceOverride: false }
variables: [{ name: TOKEN, sensitive: true }]
components:
  - name: main
    charts: [{ name: web, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [values.yaml] }]
`;
const files = chartPackage(zarf, 'a: 1\n', 'x: {{ .Values.gpu.runtime }}', {
  'chart/values.yaml': 'gpu: { runtime: "" }\n',
});

async function judge(entry: string, more: Files = files): Promise<readonly string[]> {
  const bundle = `kind: UDSBundle
metadata: { name: b, version: 1.0.0 }
packages:
  - name: app
    path: .
    ref: 1.0.0
${entry}`;
  return told(overrides, await deployedRelease({ ...more, 'uds-bundle.yaml': bundle }));
}

const at = 'fail uds-bundle.yaml';

it.each([
  [
    'that fits',
    '    overrides: { main: { web: { values: [{ path: gpu.runtime, value: x }] } } }\n',
    ['pass'],
  ],
  [
    'of another component',
    '    overrides: { mian: { web: {} } }\n',
    [`${at}:7:24 package 'app' has no component 'mian'; it has main; 'main' was meant?`, 'pass'],
  ],
  [
    'of another chart',
    '    overrides: { main: { api: {} } }\n',
    [`${at}:7:31 component 'main' of package 'app' has no chart 'api'; it has web`, 'pass'],
  ],
  [
    'of a value nothing reads',
    '    overrides: { main: { web: { variables: [{ name: R, path: gpu.runtimes }] } } }\n',
    [
      `${at}:7:62 no template of chart 'web' in package 'app' reads gpu.runtimes; 'gpu.runtime' was meant?`,
      'pass',
    ],
  ],
  [
    'that shows a secret',
    '    overrides: { main: { web: { variables: [{ name: token, path: gpu.runtime }] } } }\n',
    [
      "warning uds-bundle.yaml:7:45 variable token is sensitive in package 'app' and not here, so its value is shown",
      'pass',
    ],
  ],
  [
    'of a namespace the package keeps',
    '    namespace: other\n',
    [
      `${at}:7:16 the bundle moves package 'app' to another namespace, which it does not allow`,
      'pass',
    ],
  ],
  ['that is not there', '', ['not-applicable']],
])('an override %s', async (_name, entry, expected) => {
  expect(await judge(entry)).toEqual(expected);
});

it('does not judge a package that is published elsewhere', async () => {
  expect(await judge('    overrides: { none: { web: {} } }\n', {})).toEqual(['not-applicable']);
});
