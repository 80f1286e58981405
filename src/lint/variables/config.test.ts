import { expect, it } from 'vitest';
import { deployedRelease, type Files, told } from '../../../test/support/deployed.ts';
import { config } from './config.ts';

const files: Files = {
  'app/zarf.yaml': `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
variables:
  - { name: LIMIT, default: "0", pattern: '^[0-9]+$' }
  - { name: TOKEN, sensitive: true }
components: [{ name: main }]
`,
  'uds-bundle.yaml': `kind: UDSBundle
metadata: { name: b, version: 1.0.0 }
packages:
  - { name: app, path: app, ref: 1.0.0, overrides: { main: { web: { variables: [{ name: RUNTIME, path: a }] } } } }
`,
};

async function judge(text: string | undefined, more: Files = files): Promise<readonly string[]> {
  const given: Files = text === undefined ? {} : { 'uds-config.yaml': text };
  return told(config, await deployedRelease({ ...more, ...given }));
}

it.each([
  ['of the package, in small letters', 'variables: { app: { limit: 2 } }', ['pass']],
  ['of the bundle', 'variables: { app: { runtime: nvidia } }', ['pass']],
  ['shared', 'shared: { limit: 2 }\nvariables: {}', ['pass']],
  [
    'of a package that is not there',
    'variables: { apps: { limit: 2 } }',
    [
      "fail uds-config.yaml:1:20 the bundle has no package 'apps'; it has app; 'app' was meant?",
      'pass',
    ],
  ],
  [
    'nobody declares',
    'variables: { app: { limits: 2 } }',
    [
      "fail uds-config.yaml:1:29 package 'app' has no variable LIMITS, nor has the bundle one for it; 'LIMIT' was meant?",
      'pass',
    ],
  ],
  [
    'whose value does not fit',
    'variables: { app: { limit: none } }',
    [
      "fail uds-config.yaml:1:28 'none' does not fit the pattern ^[0-9]+$ of variable LIMIT",
      'pass',
    ],
  ],
  [
    'that is secret',
    'variables: { app: { token: hunter2 } }',
    [
      'warning uds-config.yaml:1:28 the value of the sensitive variable TOKEN stands in this file',
      'pass',
    ],
  ],
  [
    'shared by nobody',
    'shared: { domain: x }',
    ['warning uds-config.yaml:1:19 no package of the bundle has a variable DOMAIN', 'pass'],
  ],
  ['of no file', undefined, ['not-applicable']],
])('a variable %s', async (_name, text, expected) => {
  expect(await judge(text)).toEqual(expected);
});

it('says nothing of a package whose definition is elsewhere', async () => {
  const { 'app/zarf.yaml': _, ...rest } = files;
  expect(await judge('variables: { app: { x: 1 } }\nshared: { y: 1 }', rest)).toEqual(['pass']);
});
