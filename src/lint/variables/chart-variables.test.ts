import { expect, it } from 'vitest';
import { chartPackage, deployedPackage, told } from '../../../test/support/deployed.ts';
import { chartVariables } from './chart-variables.ts';

async function judge(
  variables: string,
  template = 'x: {{ .Values.a.b }}',
): Promise<readonly string[]> {
  const zarf = `kind: ZarfPackageConfig
metadata: { name: app }
variables: [{ name: SIZE, default: 1Gi }]
components:
  - name: app
    charts:
      - name: app
        namespace: ns
        localPath: chart
        version: 0.1.0
${variables}`;
  return told(chartVariables, await deployedPackage(chartPackage(zarf, '', template)));
}

it.each([
  [
    'declared and read',
    '        variables: [{ name: SIZE, description: d, path: a.b }]\n',
    ['pass'],
  ],
  [
    'below what is handed on',
    '        variables: [{ name: SIZE, description: d, path: a.b.c }]\n',
    ['pass'],
  ],
  [
    'declared nowhere',
    '        variables: [{ name: SIZES, description: d, path: a.b }]\n',
    [
      "fail zarf.yaml:11:29 chart 'app' takes variable SIZES, which is declared nowhere; 'SIZE' was meant?",
      'pass',
    ],
  ],
  [
    'read nowhere',
    '        variables: [{ name: SIZE, description: d, path: a.c }]\n',
    ["fail zarf.yaml:11:57 no template of chart 'app' reads a.c, where variable SIZE goes", 'pass'],
  ],
  ['not there', '', ['not-applicable']],
])('a variable that is %s', async (_name, variables, expected) => {
  expect(await judge(variables)).toEqual(expected);
});

it('asks the chart that takes the variable, not another one of the component', async () => {
  const zarf = `kind: ZarfPackageConfig
metadata: { name: app }
variables: [{ name: SIZE, default: 1Gi }]
components:
  - name: app
    charts:
      - { name: other, namespace: ns, localPath: other, version: 0.1.0 }
      - name: app
        namespace: ns
        localPath: chart
        version: 0.1.0
        variables: [{ name: SIZE, description: d, path: a.b }]
`;
  const facts = await deployedPackage({
    ...chartPackage(zarf, '', 'x: {{ .Values.a.b }}'),
    'other/Chart.yaml': 'apiVersion: v2\nname: other\nversion: 0.1.0\n',
    'other/templates/a.yaml': 'x: {{ .Values.c }}\n',
  });
  expect(told(chartVariables, facts)).toEqual(['pass']);
});
