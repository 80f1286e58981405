import { expect, it } from 'vitest';
import { aPackage, aRelease, type ReleaseParts } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { platform } from './platform.ts';

const more = `platform:
  roles:
    - { name: database, oneOf: [db, olddb] }
    - { name: API, oneOf: [api], after: [database] }
    - { name: GPU chat, oneOf: [vllm], flavors: [gpu] }
`;
const model = `${more}  defaultModel: { package: api, variable: MODEL, role: database }\n`;
const withModel = aPackage('api').replace(
  'components:',
  'variables: [{ name: MODEL, default: olddb }]\ncomponents:',
);
const entry = (name: string, rest = ''): string =>
  `\n  - { name: ${name}, repository: ghcr.io/${name}, ref: 1.0.0${rest} }`;
const at = 'fail bundle/uds-bundle.yaml';

const rows: readonly (readonly [string, ReleaseParts, readonly string[]])[] = [
  ['each part once', { more }, []],
  [
    'a part is missing',
    { more, bundle: `${entry('api')}\n` },
    [`${at}:4:3 flavor cpu has no database: it would be db or olddb`],
  ],
  [
    'a part stands twice',
    { more, bundle: `${entry('db')}${entry('olddb')}${entry('api')}\n` },
    [`${at}:5:13 flavor cpu has more than one database: db and olddb`],
  ],
  [
    'a part of the other flavor',
    { more, bundle: `${entry('db')}${entry('api')}${entry('vllm')}\n` },
    [`${at}:6:13 flavor cpu has package 'vllm', which is the GPU chat of flavor gpu`],
  ],
  [
    'the wrong order',
    { more, bundle: `${entry('api')}${entry('db')}\n` },
    [`${at}:4:13 flavor cpu deploys package 'api' before 'db', the database`],
  ],
  [
    'a part that nobody describes',
    { more: more.replace('after: [database]', 'after: [data]') },
    ["fail cowa-release.yaml:13:42 no part is called 'data'; there are API, GPU chat, database"],
  ],
  [
    'a default model that is not there',
    { more: model, files: { 'packages/api/zarf.yaml': withModel } },
    [
      "fail packages/api/zarf.yaml:3:37 flavor cpu: the default model of 'api' is olddb, its database is db",
    ],
  ],
  [
    'a default model the bundle sets',
    {
      more: model,
      files: { 'packages/api/zarf.yaml': withModel },
      bundle: `${entry('db')}${entry('api', ', overrides: { api: { c: { variables: [{ name: MODEL, path: m, default: db }] } } }')}\n`,
    },
    [],
  ],
  [
    'a default model the configuration sets',
    {
      more: model,
      files: {
        'packages/api/zarf.yaml': withModel,
        'bundle/uds-config.yaml': 'variables:\n  api:\n    model: other\n',
      },
    },
    [
      "fail bundle/uds-config.yaml:3:12 flavor cpu: the default model of 'api' is other, its database is db",
    ],
  ],
  [
    'no variable for a default model',
    { more: model },
    [`${at}:4:3 flavor cpu: package 'api' has no variable MODEL that says its default model`],
  ],
];

it.each(rows)('%s', async (_name, parts, expected) => {
  expect(faults(platform, await deployedRelease(aRelease(parts)))).toEqual(expected);
});

it('is undecided where packages of a flavor without a bundle could not be read', async () => {
  const files = aRelease({ more, files: { 'packages/db/zarf.yaml': undefined } });
  const text =
    files['cowa-release.yaml']
      ?.replace('    bundle: { path: bundle }\n', '')
      .replace('packages/db', 'packages/data') ?? '';
  const { 'bundle/uds-bundle.yaml': _, ...rest } = files;
  expect(faults(platform, await deployedRelease({ ...rest, 'cowa-release.yaml': text }))).toEqual([
    'undecided cowa-release.yaml:8:5 flavor cpu has no database: it would be db or olddb; not every package of it could be read',
  ]);
});

it('speaks of nothing where nobody says what a platform is', async () => {
  expect(told(platform, await deployedRelease(aRelease()))).toEqual(['not-applicable']);
});
