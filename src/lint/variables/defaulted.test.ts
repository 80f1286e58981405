import { expect, it } from 'vitest';
import { deployedPackage, told } from '../../../test/support/deployed.ts';
import { defaulted } from './defaulted.ts';

async function judge(rest: string): Promise<readonly string[]> {
  const zarf = `kind: ZarfPackageConfig\nmetadata: { name: app }\n${rest}`;
  return told(defaulted, await deployedPackage({ 'zarf.yaml': zarf }));
}

const plain = 'components: [{ name: a }]\n';

it.each([
  ['a default', `variables: [{ name: A, default: x }]\n${plain}`, ['pass']],
  ['an empty default', `variables: [{ name: A, default: "" }]\n${plain}`, ['pass']],
  ['a prompt', `variables: [{ name: A, prompt: true }]\n${plain}`, ['pass']],
  [
    'an action that sets it',
    'variables: [{ name: A }]\ncomponents: [{ name: a, actions: { onDeploy: { before: [{ cmd: date, setVariables: [{ name: A }] }] } } }]\n',
    ['pass'],
  ],
  [
    'nothing',
    `variables: [{ name: A }]\n${plain}`,
    [
      'fail zarf.yaml:3:13 variable A has no default and is not asked for: a deployment that does not set it fills in nothing',
      'pass',
    ],
  ],
  [
    'nothing but a pattern that wants something',
    `variables: [{ name: A, pattern: '^.+$' }]\n${plain}`,
    [
      'fail zarf.yaml:3:13 variable A has no default and is not asked for: a deployment that does not set it stops at its pattern',
      'pass',
    ],
  ],
  ['no declaration', plain, ['not-applicable']],
])('with %s', async (_name, rest, expected) => {
  expect(await judge(rest)).toEqual(expected);
});

it('does not miss the default of a finished package, where an empty one is not written', async () => {
  const text = `kind: ZarfPackageConfig\nmetadata: { name: app }\nvariables: [{ name: A }]\n${plain}`;
  const facts = await deployedPackage({ 'zarf.yaml': text });
  expect(told(defaulted, facts)).toHaveLength(2);
  const build = { architecture: 'amd64' };
  const built = { ...facts, definition: { ...facts.definition, build } };
  expect(told(defaulted, built)).toEqual(['pass']);
});
