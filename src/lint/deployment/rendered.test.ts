import { expect, it } from 'vitest';
import { chartPackage, deployedPackage, told } from '../../../test/support/deployed.ts';
import { rendered } from './rendered.ts';

const zarf = `kind: ZarfPackageConfig
metadata: { name: app }
components:
  - name: app
    charts: [{ name: app, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [values.yaml] }]
`;

it.each([
  ['an object', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n', ['pass']],
  ['nothing', '{{ if false }}x: 1{{ end }}', ['pass']],
  ['a template that stops', 'a: {{ fail "no" }}', ['fail chart/templates/all.yaml:1']],
  ['text that is no YAML', 'a: [', ['fail chart/templates/all.yaml']],
  [
    'what only the time tells',
    'apiVersion: v1\nkind: {{ decryptAES 1 2 }}\n',
    ['undecided chart/templates/all.yaml:2'],
  ],
  ['an object without a kind', 'apiVersion: v1\n', ['fail chart/templates/all.yaml:1:1 an object']],
  [
    'text that is no object',
    'just text\n',
    ['fail chart/templates/all.yaml:1:1 an object has no k'],
  ],
])('%s', async (_name, template, expected) => {
  const lines = told(rendered, await deployedPackage(chartPackage(zarf, '{}\n', template)));
  expect(lines.filter((line) => line !== 'pass' || expected.includes(line))).toHaveLength(
    expected.length,
  );
  for (const [index, start] of expected.entries())
    expect(lines[index]?.startsWith(start)).toBe(true);
});
