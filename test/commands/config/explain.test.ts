import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProgram } from '../../../src/cli/load-program.ts';
import type { ConfigExplanation } from '../../../src/cli/render-config.ts';
import ConfigExplain from '../../../src/commands/config/explain.ts';
import { judgeSchema } from '../../../src/support/judge-schema.ts';
import { configSchema } from '../../../src/support/schemas.gen.ts';

const program = await loadProgram({ root: join(import.meta.dirname, '../../..'), source: true });
const explain = (...argv: readonly string[]) =>
  captureOutput<ConfigExplanation>(() => ConfigExplain.run([...argv], program));
const release = `apiVersion: cowa-release/v1
name: demo
version: 1.0.0
architecture: amd64
imageSources: []
flavors: { cpu: { packages: [{ path: a }] } }
settings: { out: results, key: release.key }
`;
let folder = '';
let definition = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explain-'));
  definition = join(folder, 'cowa-release.yaml');
  await writeFile(definition, release);
});

afterEach(async () => {
  for (const name of Object.keys(process.env))
    if (/^(COWA_|COSIGN_|SOURCE_DATE)/.test(name)) delete process.env[name];
  process.exitCode = undefined;
  await rm(folder, { recursive: true, force: true });
});

describe('config explain', () => {
  it('prints each value with its origin', async () => {
    process.env['COWA_JOBS'] = '3';
    process.env['COWA_KEY_PASSWORD'] = 'hunter2';
    process.env['COWA_FLAVR'] = 'gpu';
    const { stdout, stderr } = await explain('-f', definition, '--flavor', 'cpu');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replaceAll(/ {2,}/g, '  '));
    expect(lines).toEqual(
      expect.arrayContaining([
        `definition  ${definition}  flag --definition`,
        'flavor  cpu  flag --flavor',
        `out  ${join(folder, 'results')}  ${definition}:7:18`,
        `key  ${join(folder, 'release.key')}  ${definition}:7:32`,
        'jobs  3  variable COWA_JOBS',
        'policy  (none)  default',
        'keyPassword  (set, not shown)  variable COWA_KEY_PASSWORD',
        'COWA_FLAVR means nothing; did you mean COWA_FLAVOR?',
      ]),
    );
    expect(stdout + stderr).not.toContain('hunter2');
  });

  it('prints one JSON document of its schema', async () => {
    const { stdout, result } = await explain(
      '-f',
      definition,
      '--output',
      'json',
      '--out',
      'o',
      '--key',
      'k',
      '--policy',
      'p',
      '--cache-dir',
      'c',
      '-j',
      '4',
      '--registry-override',
      'a.example=localhost:1',
    );
    const printed: unknown = JSON.parse(stdout);
    expect(printed).toEqual(result);
    expect(
      judgeSchema(configSchema, printed, { locate: () => ({ line: 1, column: 1 }) }, 'authored'),
    ).toEqual([]);
    const values = Object.fromEntries(
      (result?.settings ?? []).map(({ name, value }) => [name, value]),
    );
    expect(values).toMatchObject({
      out: 'o',
      key: 'k',
      policy: 'p',
      cacheDir: 'c',
      jobs: 4,
      'registryOverrides.a.example': 'localhost:1',
    });
  });

  it('needs no release definition', async () => {
    const { error, result } = await explain('-f', join(folder, 'none.yaml'));
    expect(error).toBeUndefined();
    expect(result?.settings.find(({ name }) => name === 'out')).toMatchObject({
      value: 'dist',
      origin: { kind: 'default' },
    });
  });

  it.each([
    [
      'a definition that is none',
      async () => writeFile(definition, 'name: 1\n'),
      'RELEASE_DEFINITION_INVALID',
    ],
    [
      'a variable of the wrong form',
      async () => {
        process.env['COWA_JOBS'] = 'four';
      },
      'CONFIG_VALUE_INVALID',
    ],
  ])('refuses %s', async (_name, arrange, code) => {
    await arrange();
    expect((await explain('-f', definition)).error).toMatchObject({ code });
  });
});
