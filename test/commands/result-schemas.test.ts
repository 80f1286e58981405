import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '@oclif/core';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { renderErrorDocument } from '../../src/cli/error-output.ts';
import Assemble from '../../src/commands/assemble.ts';
import ChecksExplain from '../../src/commands/checks/explain.ts';
import ChecksList from '../../src/commands/checks/list.ts';
import ImagesList from '../../src/commands/images/list.ts';
import ImagesLock from '../../src/commands/images/lock.ts';
import ImagesPull from '../../src/commands/images/pull.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import Plan from '../../src/commands/plan.ts';
import PolicyCheck from '../../src/commands/policy/check.ts';
import PolicyExplain from '../../src/commands/policy/explain.ts';
import Sign from '../../src/commands/sign.ts';
import { schemaFaults } from '../support/closed-schema.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-schemas-'));
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  await cp(join(root, 'fixtures/demo'), join(folder, 'demo'), { recursive: true });
  await captureOutput(() => KeysGenerate.run(['--out', join(folder, 'a')], { root }));
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

type Runs = { run(argv: string[], options: { root: string }): Promise<unknown> } & typeof Command;

async function documentOf(command: Runs, ...args: readonly string[]): Promise<unknown> {
  const { stdout, error } = await captureOutput(() =>
    command.run([...args, '--output', 'json'], { root }),
  );
  if (error !== undefined) throw error;
  return JSON.parse(stdout);
}
const demo = () => [
  '-f',
  join(folder, 'demo/cowa-release.yaml'),
  '--flavor',
  'cpu',
  '--cache-dir',
  join(folder, 'cache'),
];

describe('--output json keeps to its schema', () => {
  it('of checks list and explain', async () => {
    expect(schemaFaults('checks-list-result', await documentOf(ChecksList))).toEqual([]);
    for (const id of ['oci/layout', 'policy/waivers'])
      expect(schemaFaults('checks-explain-result', await documentOf(ChecksExplain, id))).toEqual(
        [],
      );
    for (const code of ['BLOB_DIGEST', 'POLICY_INVALID', 'TAR_NAME_CASE'])
      expect(schemaFaults('code-explain-result', await documentOf(ChecksExplain, code))).toEqual(
        [],
      );
  });

  it('of policy check and explain', async () => {
    const policy = join(folder, 'demo/policy.yaml');
    expect(schemaFaults('policy-check-result', await documentOf(PolicyCheck, policy))).toEqual([]);
    expect(schemaFaults('policy-explain-result', await documentOf(PolicyExplain, policy))).toEqual(
      [],
    );
  });

  it('of images, plan, assemble and sign', async () => {
    expect(schemaFaults('images-list-result', await documentOf(ImagesList, ...demo()))).toEqual([]);
    expect(schemaFaults('images-lock-result', await documentOf(ImagesLock, ...demo()))).toEqual([]);
    expect(schemaFaults('images-pull-result', await documentOf(ImagesPull, ...demo()))).toEqual([]);
    expect(schemaFaults('plan-result', await documentOf(Plan, ...demo()))).toEqual([]);
    const out = join(folder, 'dist');
    const key = ['--key', join(folder, 'a.key')];
    const assembled = await documentOf(Assemble, ...demo(), ...key, '--out', out);
    expect(schemaFaults('assemble-result', assembled)).toEqual([]);
    const bundle =
      (await readdir(join(out, 'cpu'))).find((name) => /^uds-.*\.zst$/.test(name)) ?? '';
    const signed = await documentOf(Sign, join(out, 'cpu', bundle), ...key, '--replace');
    expect(schemaFaults('sign-result', signed)).toEqual([]);
  }, 60_000);
});

describe('documents of this program', () => {
  /** Written by us and read by nobody else, or described elsewhere. */
  const undescribed: readonly string[] = ['cowa-release/run/v1'];

  it('each have a schema that names them', async () => {
    const schemas = await readdir(join(root, 'schemas'));
    const texts = await Promise.all(
      schemas
        .filter((name) => name.endsWith('.schema.json'))
        .map((name) => readFile(join(root, 'schemas', name), 'utf8')),
    );
    const named = await namesIn(join(root, 'src'));
    const missing = [...named].filter(
      (name) => !undescribed.includes(name) && !texts.some((text) => text.includes(`"${name}"`)),
    );
    expect(missing).toEqual([]);
  });

  it('of errors keep to theirs', () => {
    const error = {
      code: 'X',
      message: 'm',
      suggestions: ['s'],
      exitCode: 3,
      ref: 'errors.md',
    } as const;
    expect(schemaFaults('error-report', JSON.parse(renderErrorDocument(error) ?? ''))).toEqual([]);
  });
});

/** Values of `schema` members in the source. */
async function namesIn(place: string): Promise<ReadonlySet<string>> {
  const files = (await readdir(place, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.gen.ts'),
  );
  const texts = await Promise.all(files.map((name) => readFile(join(place, name), 'utf8')));
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/\bschema: '(cowa-release\/[a-z-]+\/v\d+)'/g)].map(
        ([, name]) => name ?? '',
      ),
    ),
  );
}
