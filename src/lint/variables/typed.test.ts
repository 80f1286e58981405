import { expect, it } from 'vitest';
import { deployedPackage, told } from '../../../test/support/deployed.ts';
import { typed } from './typed.ts';

async function judge(variables: string): Promise<readonly string[]> {
  const zarf = `kind: ZarfPackageConfig\nmetadata: { name: app }\n${variables}components: [{ name: a }]\n`;
  return told(typed, await deployedPackage({ 'zarf.yaml': zarf }));
}

it.each([
  ['fits', `variables: [{ name: A, default: '5', pattern: '^[0-9]+$' }]\n`, ['pass']],
  [
    'does not fit',
    `variables: [{ name: A, default: five, pattern: '^[0-9]+$' }]\n`,
    [
      "fail zarf.yaml:3:33 the default 'five' of variable A does not fit its pattern ^[0-9]+$",
      'pass',
    ],
  ],
  [
    'is secret and does not fit',
    `variables: [{ name: A, sensitive: true, default: five, pattern: '^[0-9]+$' }]\n`,
    ['fail zarf.yaml:3:50 the default of variable A does not fit its pattern ^[0-9]+$', 'pass'],
  ],
  [
    'has a pattern that is none',
    `variables: [{ name: A, pattern: '(?=x)' }]\n`,
    ['fail zarf.yaml:3:33 the pattern (?=x) of variable A is no regular expression of Go', 'pass'],
  ],
  [
    'has a pattern only Go understands',
    `variables: [{ name: A, default: x, pattern: '^[[:alpha:]]$' }]\n`,
    [
      'undecided zarf.yaml:3:45 the pattern ^[[:alpha:]]$ of variable A cannot be judged here',
      'pass',
    ],
  ],
  ['has no default', `variables: [{ name: A, pattern: '^[0-9]+$' }]\n`, ['pass']],
  ['has no pattern', `variables: [{ name: A, default: x }]\n`, ['not-applicable']],
  ['is not there', '', ['not-applicable']],
])('a variable that %s', async (_name, variables, expected) => {
  expect(await judge(variables)).toEqual(expected);
});
