import { describe, expect, it } from 'vitest';
import { describeConfig, strangeVariables } from './describe-config.ts';
import { parseReleaseDefinition } from './parse-release-definition.ts';
import { type ConfigRequest, resolveConfig } from './resolve-config.ts';

const machine = { cacheDir: '/home/a/.cache', jobs: 2 };
const text = `apiVersion: cowa-release/v1
name: demo
version: 1.0.0
architecture: amd64
sourceDateEpoch: 5
imageSources:
  - { type: registry, hosts: [mirror.example:5000], overrides: { ghcr.io: mirror.example:5000, quay.io: mirror.example:5000 } }
  - { type: registry, hosts: ["*"], overrides: { ghcr.io: other.example } }
  - { type: oci-layout, path: images }
flavors: { cpu: { packages: [{ path: a }] } }
settings: { flavor: cpu, out: results, cacheDir: /var/cache/a, key: keys/a.key, policy: policy.yaml, jobs: 3 }
`;

function fileOf(path: string): NonNullable<ConfigRequest['file']> {
  const { definition, locate, problems } = parseReleaseDefinition(Buffer.from(text), path);
  if (definition === undefined || locate === undefined) throw new Error(JSON.stringify(problems));
  return { path, definition, locate };
}

const file = fileOf('releases/demo/cowa-release.yaml');
const resolve = (request: Partial<ConfigRequest>) =>
  resolveConfig({ flags: {}, env: {}, machine, ...request });
const withCode = (code: string): unknown => expect.objectContaining({ code, exitCode: 2 });

describe('resolveConfig', () => {
  it('falls back to what the machine says', () => {
    const config = resolve({});
    expect(Object.values(config).filter((each) => each.origin?.kind !== 'default')).toEqual([{}]);
    expect(config).toMatchObject({
      definition: { value: 'cowa-release.yaml' },
      flavor: { value: undefined },
      out: { value: 'dist' },
      cacheDir: { value: machine.cacheDir },
      key: { value: undefined },
      policy: { value: undefined },
      jobs: { value: 2 },
      sourceDateEpoch: { value: 0 },
      registryOverrides: {},
    });
  });

  it('takes settings of the release definition, paths from its folder, with their places', () => {
    const origin = (column: number) => ({ kind: 'file', name: file.path, line: 11, column });
    expect(resolve({ file })).toMatchObject({
      flavor: { value: 'cpu', origin: origin(21) },
      out: { value: 'releases/demo/results', origin: origin(31) },
      cacheDir: { value: '/var/cache/a' },
      key: { value: 'releases/demo/keys/a.key' },
      policy: { value: 'releases/demo/policy.yaml' },
      jobs: { value: 3 },
      sourceDateEpoch: { value: 5, origin: { kind: 'file', line: 5, column: 18 } },
    });
  });

  it.each([
    ['definition', 'COWA_DEFINITION', 'b.yaml', 'b.yaml'],
    ['flavor', 'COWA_FLAVOR', 'gpu', 'gpu'],
    ['out', 'COWA_OUT', 'b', 'b'],
    ['cacheDir', 'COWA_CACHE_DIR', 'b', 'b'],
    ['key', 'COWA_SIGNING_KEY', 'b', 'b'],
    ['policy', 'COWA_POLICY', 'b', 'b'],
    ['jobs', 'COWA_JOBS', '7', 7],
    ['sourceDateEpoch', 'SOURCE_DATE_EPOCH', '7', 7],
  ] as const)('takes %s from %s before the file, unless it is empty', (key, name, given, value) => {
    expect(resolve({ file, env: { [name]: given } })[key]).toEqual({
      value,
      origin: { kind: 'variable', name },
    });
    expect(resolve({ env: { [name]: '' } })[key].origin.kind).toBe('default');
  });

  it.each([
    ['definition', '--definition', { definition: 'c' }, 'c'],
    ['flavor', '--flavor', { flavor: 'all' }, 'all'],
    ['out', '--out', { out: 'c' }, 'c'],
    ['cacheDir', '--cache-dir', { cacheDir: 'c' }, 'c'],
    ['key', '--key', { key: 'c' }, 'c'],
    ['policy', '--policy', { policy: 'c' }, 'c'],
    ['jobs', '--jobs', { jobs: 9 }, 9],
  ] as const)('takes %s from %s before all', (key, name, flags, value) => {
    const env = {
      COWA_DEFINITION: 'b',
      COWA_FLAVOR: 'gpu',
      COWA_OUT: 'b',
      COWA_CACHE_DIR: 'b',
      COWA_SIGNING_KEY: 'b',
      COWA_POLICY: 'b',
      COWA_JOBS: '7',
    };
    expect(resolve({ file, env, flags })[key]).toEqual({ value, origin: { kind: 'flag', name } });
  });

  it('settles the registry of each host by itself', () => {
    const { registryOverrides } = resolve({
      file,
      env: { COWA_REGISTRY_OVERRIDES: 'quay.io=b.example, docker.io=b.example' },
      flags: { registryOverrides: ['docker.io=localhost:5000'] },
    });
    expect(registryOverrides).toMatchObject({
      'docker.io': { value: 'localhost:5000', origin: { kind: 'flag' } },
      'ghcr.io': { value: 'mirror.example:5000', origin: { kind: 'file', line: 7 } },
      'quay.io': { value: 'b.example', origin: { kind: 'variable' } },
    });
    expect(Object.keys(registryOverrides)).toEqual(['docker.io', 'ghcr.io', 'quay.io']);
  });

  it.each([
    ['a flavor', { COWA_FLAVOR: 'tpu' }],
    ['no jobs', { COWA_JOBS: '0' }],
    ['jobs without end', { COWA_JOBS: '65' }],
    ['jobs in words', { COWA_JOBS: 'four' }],
    ['a date', { SOURCE_DATE_EPOCH: '2026-01-01' }],
    ['half an override', { COWA_REGISTRY_OVERRIDES: 'ghcr.io' }],
    ['an override with a path', { COWA_REGISTRY_OVERRIDES: 'ghcr.io=a/b' }],
    ['two overrides in one', { COWA_REGISTRY_OVERRIDES: 'a=b=c' }],
  ])('refuses %s', (_name, env) => {
    expect(() => resolve({ env })).toThrow(withCode('CONFIG_VALUE_INVALID'));
  });

  it('names where a bad value stands', () => {
    expect(() => resolve({ env: { COWA_JOBS: 'four' } })).toThrow(
      /^COWA_JOBS is 'four', expected a number/,
    );
    expect(() => resolve({ flags: { jobs: 100 } })).toThrow(/^--jobs is '100'/);
  });
});

describe('describeConfig', () => {
  it('shows no secret', () => {
    const env = { COSIGN_PASSWORD: 'hunter2' };
    const rows = describeConfig(resolve({ env }), env);
    expect(rows.at(-1)).toEqual({
      name: 'keyPassword',
      secret: true,
      origin: { kind: 'variable', name: 'COSIGN_PASSWORD' },
      flag: '--password-file',
      variable: 'COWA_KEY_PASSWORD',
    });
    expect(JSON.stringify(rows)).not.toContain('hunter2');
  });
  it('names flag and variable of each setting', () => {
    const rows = describeConfig(resolve({ file }), {});
    expect(rows.find(({ name }) => name === 'jobs')).toMatchObject({
      value: 3,
      flag: '--jobs',
      variable: 'COWA_JOBS',
    });
    expect(rows.find(({ name }) => name === 'registryOverrides.ghcr.io')).toMatchObject({
      flag: '--registry-override',
    });
    expect(rows.at(-1)).toMatchObject({ name: 'keyPassword', origin: { kind: 'default' } });
  });
});

it('strangeVariables finds slips', () => {
  const env = {
    COWA_FLAVUOR: 'a',
    COWA_JOBS: '1',
    COWA_DEBUG: '1',
    COWA_SOMETHING_ELSE: '1',
    PATH: '',
  };
  expect(strangeVariables(env)).toEqual([
    { name: 'COWA_FLAVUOR', meant: 'COWA_FLAVOR' },
    { name: 'COWA_SOMETHING_ELSE' },
  ]);
});
