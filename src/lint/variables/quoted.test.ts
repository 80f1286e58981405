import { expect, it } from 'vitest';
import { chartPackage, deployedPackage, told } from '../../../test/support/deployed.ts';
import { applyFixes } from '../apply-fixes.ts';
import { quoted } from './quoted.ts';

const zarf = `kind: ZarfPackageConfig
metadata: { name: app }
constants:
  - { name: VERSION, value: "1.10" }
  - { name: NAME, value: backend }
variables:
  - { name: TEXT, default: hello }
  - { name: SIZE, default: 15Gi, pattern: '^[0-9]+[KMGT]i$' }
  - { name: COUNT, default: "3" }
  - { name: FLAG, default: "true" }
  - { name: EMPTY, default: "" }
  - { name: UNSET }
components:
  - name: app
    charts: [{ name: app, namespace: ns, localPath: chart, version: 0.1.0, valuesFiles: [values.yaml] }]
`;

async function judge(values: string): Promise<readonly string[]> {
  return told(quoted, await deployedPackage(chartPackage(zarf, values, 'a: b')));
}

it.each([
  ['a quoted one', 'a: "###ZARF_VAR_TEXT###"', ['not-applicable']],
  ['a block of text', 'a: |\n  ###ZARF_VAR_TEXT###', ['not-applicable']],
  ['a comment', '# ###ZARF_VAR_TEXT###\na: 1', ['not-applicable']],
  ['a number for a number', 'a: ###ZARF_VAR_COUNT###', ['pass']],
  ['a truth value', 'a: ###ZARF_VAR_FLAG###', ['pass']],
  ['text its pattern keeps plain', 'a: ###ZARF_VAR_SIZE###', ['pass']],
  ['a constant that stays text', 'a: x-###ZARF_CONST_NAME###', ['pass']],
  [
    'any text',
    'a: ###ZARF_VAR_TEXT###',
    [
      "note values.yaml:1:4 ###ZARF_VAR_TEXT### is not quoted: variable TEXT may hold any text, such as 'a: b' or 'a #b'",
      'pass',
    ],
  ],
  [
    'a version that becomes a number',
    'a: ###ZARF_CONST_VERSION###',
    [
      "fail values.yaml:1:4 ###ZARF_CONST_VERSION### is not quoted: '1.10' is read as the number 1.1",
      'pass',
    ],
  ],
  [
    'nothing at all',
    'a: ###ZARF_VAR_EMPTY###',
    [
      'fail values.yaml:1:4 ###ZARF_VAR_EMPTY### is not quoted: an empty value is nothing at all, not empty text',
      'pass',
    ],
  ],
  [
    'a variable nobody set, in a list',
    'a: [x, ###ZARF_VAR_UNSET###]',
    [
      "note values.yaml:1:8 ###ZARF_VAR_UNSET### is not quoted: variable UNSET may hold any text, such as 'a: b' or 'a #b'",
      'pass',
    ],
  ],
])('%s', async (_name, values, expected) => {
  expect(await judge(values)).toEqual(expected);
});

it('is mended by quotes and nothing else', async () => {
  const values = 'a: ###ZARF_CONST_VERSION### # version\nb: x\n';
  const facts = await deployedPackage(chartPackage(zarf, values, 'a: b'));
  const fixes = [...quoted.evaluate(facts)].flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  const { texts } = applyFixes(facts.texts, fixes);
  expect(texts.get('values.yaml')).toBe('a: "###ZARF_CONST_VERSION###" # version\nb: x\n');
});

it('judges manifests too', async () => {
  const facts = await deployedPackage(
    {
      'p/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: app }
constants: [{ name: V, value: "1.10" }]
components: [{ name: a, manifests: [{ name: m, namespace: ns, files: [m.yaml] }] }]
`,
      'p/m.yaml': 'kind: ConfigMap\napiVersion: v1\ndata:\n  v: ###ZARF_CONST_V###\n',
    },
    { file: 'p/zarf.yaml' },
  );
  expect(told(quoted, facts)[0]).toContain('fail p/m.yaml:4:6 ');
});
