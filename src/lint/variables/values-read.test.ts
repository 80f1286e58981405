import { expect, it } from 'vitest';
import { chartPackage, deployedPackage, type Files, told } from '../../../test/support/deployed.ts';
import { valuesRead } from './values-read.ts';

const zarf = `kind: ZarfPackageConfig
metadata: { name: app }
variables: [{ name: SIZE, default: 1Gi }]
components:
  - name: app
    charts: [{ name: app, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [values.yaml] }]
`;

async function judge(
  values: string,
  template: string,
  more: Files = {},
): Promise<readonly string[]> {
  return told(valuesRead, await deployedPackage(chartPackage(zarf, values, template, more)));
}

it.each([
  ['a value that is read', 'a: { b: 1 }\n', 'x: {{ .Values.a.b }}', ['pass']],
  ['values handed on whole', 'a: { b: { c: 1 } }\n', 'x: {{ toYaml .Values.a }}', ['pass']],
  [
    'all values handed on',
    'a: { b: { c: 1 } }\n',
    '{{ $v := .Values }}x: {{ $v.a.b.c }}',
    ['pass'],
  ],
  ['room for anchors', 'x-one: { b: 1 }\na: 1\n', 'x: {{ .Values.a }}', ['pass']],
  ['no values', '{}\n', 'x: 1', ['not-applicable']],
  [
    'an unquoted placeholder under another name',
    'storage:\n  sise: ###ZARF_VAR_SIZE###\n',
    'x: {{ .Values.storage.size }}',
    [
      "fail values.yaml:2:3 no template of chart 'app' reads the value storage.sise; 'storage.size' was meant?",
      'pass',
    ],
    { 'chart/values.yaml': 'storage: { size: 1Gi }\n' },
  ],
  [
    'a value only the defaults know',
    'a: 1\n',
    'x: 1',
    [
      "fail values.yaml:1:1 no template of chart 'app' reads the value a; the chart has a default for it that nothing reads either",
      'pass',
    ],
    { 'chart/values.yaml': 'a: 2\n' },
  ],
] satisfies readonly (readonly [string, string, string, readonly string[], Files?])[])(
  '%s',
  async (_name, values, template, expected, more?: Files) => {
    expect(await judge(values, template, more ?? {})).toEqual(expected);
  },
);

it('leaves out a values file that two charts share: what one does not read is for the other', async () => {
  const chart = (name: string): string =>
    `{ name: ${name}, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [values.yaml] }`;
  const twice = (charts: string): string => `kind: ZarfPackageConfig
metadata: { name: app }
components:
  - name: app
    charts: [${charts}]
`;
  const judged = async (charts: string): Promise<readonly string[]> =>
    told(valuesRead, await deployedPackage(chartPackage(twice(charts), 'a: 1\n', 'x: 1')));
  expect(await judged(chart('one'))).toEqual([
    expect.stringContaining('reads the value a'),
    'pass',
  ]);
  expect(await judged(`${chart('one')}, ${chart('two')}`)).toEqual(['not-applicable']);
});
