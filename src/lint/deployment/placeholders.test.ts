import { expect, it } from 'vitest';
import { chartPackage, deployedPackage, told } from '../../../test/support/deployed.ts';
import { placeholders } from './placeholders.ts';

function zarf(more: string): string {
  return `kind: ZarfPackageConfig
metadata: { name: app }
${more}
components:
  - name: app
    charts: [{ name: app, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [values.yaml] }]
`;
}

const size = 'variables: [{ name: SIZE }]';

it.each([
  ['declared', size, 'a: ###ZARF_VAR_SIZE###', ['pass']],
  ['a constant', 'constants: [{ name: V, value: x }]', 'a: ###ZARF_CONST_V###', ['pass']],
  ['of Zarf itself', '', 'a: ###ZARF_REGISTRY###', ['pass']],
  [
    'declared under another name',
    size,
    'b: 1\na: ###ZARF_VAR_SIZES###\n# ###ZARF_VAR_SIZES###',
    [
      "fail values.yaml:2:4 ###ZARF_VAR_SIZES### is declared nowhere; 'VAR_SIZE' was meant?",
      'pass',
    ],
  ],
  [
    'a constant where a variable is declared',
    size,
    'a: ###ZARF_CONST_SIZE###',
    ['fail values.yaml:1:4 ###ZARF_CONST_SIZE### is declared nowhere', 'pass'],
  ],
  [
    'for the time of creation, outside of the definition',
    '',
    'a: ###ZARF_PKG_TMPL_V###',
    [
      'fail values.yaml:1:4 ###ZARF_PKG_TMPL_V### is filled in zarf.yaml alone, so it stays here',
      'pass',
    ],
  ],
  [
    'in small letters',
    size,
    'a: ###ZARF_VAR_size###',
    [
      'warning values.yaml:1:4 ###ZARF_VAR_size### is no placeholder, so it stays as it stands',
      'pass',
    ],
  ],
  [
    'short of a sign',
    size,
    'a: ###ZARF_VAR_SIZE##',
    [
      'warning values.yaml:1:4 ###ZARF_VAR_SIZE## is no placeholder, so it stays as it stands',
      'pass',
    ],
  ],
  ['two at a time', size, 'a: ###ZARF_VAR_SIZE######ZARF_VAR_SIZE###', ['pass']],
  ['nowhere', '', 'a: 1 # ZARF_VAR_X', ['not-applicable']],
])('a placeholder %s', async (_name, more, values, expected) => {
  const lines = told(placeholders, await deployedPackage(chartPackage(zarf(more), values, 'x: 1')));
  expect(lines.map((line) => line.replace("; 'VAR_SIZE' was meant?", (text) => text))).toEqual(
    expected,
  );
});

it.each([
  ['a package of its own', 'ZarfPackageConfig', ['app'], 1],
  ['the package that prepares a cluster', 'ZarfInitConfig', ['app'], 0],
  ['one of several components that prepare one', 'ZarfPackageConfig', ['zarf-agent', 'app'], 0],
])('what Zarf fills only while it prepares a cluster, in %s', async (_name, kind, names, count) => {
  const chart =
    '{ name: app, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [values.yaml] }';
  const components = names.map((name, index) =>
    index === 0 ? `  - { name: ${name}, charts: [${chart}] }` : `  - { name: ${name} }`,
  );
  const definition = `kind: ${kind}\nmetadata: { name: app }\ncomponents:\n${components.join('\n')}\n`;
  const facts = await deployedPackage(chartPackage(definition, 'a: ###ZARF_AGENT_ANY###', ''));
  const lines = told(placeholders, facts).filter((line) => line.startsWith('fail'));
  expect(lines).toHaveLength(count);
});
