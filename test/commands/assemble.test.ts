import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import Assemble from '../../src/commands/assemble.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import Plan from '../../src/commands/plan.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-assemble-'));
  await cp(join(root, 'fixtures/demo'), join(folder, 'demo'), { recursive: true });
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  await captureOutput(() => KeysGenerate.run(['--out', join(folder, 'release')], { root }));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

const assemble = (...more: readonly string[]) =>
  captureOutput<Awaited<ReturnType<Assemble['run']>>>(() =>
    Assemble.run(
      [
        ...(more.includes('-f') ? [] : ['-f', join(folder, 'demo/cowa-release.yaml')]),
        '--cache-dir',
        join(folder, 'cache'),
        ...(more.includes('--out') ? [] : ['--out', join(folder, 'dist')]),
        ...more,
      ],
      { root },
    ),
  );
const key = () => ['--key', join(folder, 'release.key')];

describe('assemble', () => {
  it('makes the demo release in both flavors, signed, and says how to go on', async () => {
    const { stdout, stderr, error, result } = await assemble(
      '--flavor',
      'all',
      ...key(),
      '--policy',
      join(folder, 'demo/policy.yaml'),
    );
    expect(error).toBeUndefined();
    expect(process.exitCode ?? 0).toBe(0);
    expect(stdout).toContain('DONE  cowabungaai-demo 0.1.0 amd64, signed by ');
    expect(stdout).toContain(
      `Next: cowa-release verify ${join(folder, 'dist/cpu')} --key ${join(folder, 'release.pub')}`,
    );
    expect(stderr).not.toContain('secret');
    expect(
      result?.flavors.flatMap(({ archives }) => archives.map(({ verdict }) => verdict)),
    ).toEqual(Array(6).fill('pass'));
    expect(await readdir(join(folder, 'dist/gpu'))).toContain('release.intoto.jsonl');
  });

  it('writes a report that obeys its schema and names nothing of this machine', async () => {
    const schema = JSON.parse(
      await readFile(join(root, 'schemas/release-report.schema.json'), 'utf8'),
    );
    const text = await readFile(join(folder, 'dist/gpu/report.json'), 'utf8');
    const validate = new Ajv2020({ strict: false }).compile(schema);
    validate(JSON.parse(text));
    expect(validate.errors ?? []).toEqual([]);
    expect(text).not.toContain(folder);
  });

  it('reuses everything the second time, and prints one JSON document', async () => {
    const { stdout } = await assemble('--flavor', 'cpu', ...key(), '--output', 'json');
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      schema: 'cowa-release/assemble-result/v1',
      outcome: 'done',
      exitCode: 0,
    });
    expect(result.flavors[0].archives.every(({ reused }: { reused: boolean }) => reused)).toBe(
      true,
    );
  });

  it('lays the offline package beside the archives, and says what it does not prove', async () => {
    const file = join(folder, 'cowa-release-0.1.0-linux-x64.tar.gz');
    await writeFile(file, 'an offline package');
    const out = join(folder, 'with-verifier');
    const { stdout } = await assemble(
      '--flavor',
      'cpu',
      ...key(),
      '--with-verifier',
      file,
      '--out',
      out,
    );
    expect(stdout).toContain(
      'proves nothing until it is checked by another way: docs/bootstrap.md',
    );
    expect(await readFile(join(out, 'cpu/cowa-release-0.1.0-linux-x64.tar.gz'), 'utf8')).toBe(
      'an offline package',
    );
    const report = JSON.parse(await readFile(join(out, 'cpu/report.json'), 'utf8'));
    expect(report.verifier).toMatchObject({
      name: 'cowa-release-0.1.0-linux-x64.tar.gz',
      size: 18,
    });
    expect(await readFile(join(out, 'cpu/SHA256SUMS'), 'utf8')).toContain(
      'cowa-release-0.1.0-linux-x64.tar.gz',
    );
  });

  it('wants a key, or to be told that there is none', async () => {
    const { error } = await assemble('--flavor', 'cpu');
    expect(error).toMatchObject({ code: 'RELEASE_KEY_MISSING' });
    const unsigned = await assemble(
      '--flavor',
      'cpu',
      '--insecure-unsigned',
      '--out',
      join(folder, 'unsigned'),
    );
    expect(unsigned.stderr).toContain('will not be signed');
    expect(unsigned.stdout).toContain('UNSIGNED');
    expect(await readdir(join(folder, 'unsigned/cpu'))).not.toContain('release.intoto.jsonl');
  });

  it('asks for the right password before it begins', async () => {
    const file = join(folder, 'wrong-password');
    await writeFile(file, 'not it\n');
    const { error, stderr } = await assemble(
      '--flavor',
      'cpu',
      ...key(),
      '--password-file',
      file,
      '--out',
      join(folder, 'never'),
    );
    expect(error).toMatchObject({ code: 'KEY_PASSWORD_WRONG' });
    // Progress would move over the question for it.
    expect(stderr).toBe('');
    await expect(readdir(join(folder, 'never'))).rejects.toThrow();
  });

  it('names a flavor the definition does not have', async () => {
    const text = await readFile(join(folder, 'demo/cowa-release.yaml'), 'utf8');
    const cut = join(folder, 'demo/cpu-only.yaml');
    await writeFile(
      cut,
      text
        .replace(/ {2}gpu:[\s\S]*?bundles\/gpu \}\n/, '')
        .replace(/ {2}- package: packages\/vllm[\s\S]*$/, ''),
    );
    const { error } = await assemble('-f', cut, '--flavor', 'gpu', ...key());
    expect(error).toMatchObject({ code: 'RELEASE_FLAVOR_UNKNOWN' });
  });

  it('says file, line and column of what is wrong in the definition', async () => {
    const text = await readFile(join(folder, 'demo/cowa-release.yaml'), 'utf8');
    const wrong = join(folder, 'demo/wrong.yaml');
    await writeFile(wrong, text.replace('architecture: amd64', 'architecture: amd46'));
    const { error } = await assemble('-f', wrong, '--flavor', 'cpu', ...key());
    expect(error).toMatchObject({ code: 'RELEASE_DEFINITION_INVALID' });
    expect(error?.message).toMatch(/wrong\.yaml:6:\d+ /);
  });

  it.each([
    ['still holds', '2126-12-31', / done(?:, \d+ reused)?; cache /, true],
    ['ran out', '2020-12-31', /SELF_VERIFY_FAILED/, false],
  ])('judges by a waiver that %s', async (_name, expires, words, made) => {
    const policy = join(folder, `waived-${expires}.yaml`);
    const waiver = `{ check: budget/size, subject: "*", owner: jane, reason: r, expires: ${expires} }`;
    await writeFile(
      policy,
      `apiVersion: cowa-release/policy/v1\nbudgets: [{ kind: package, name: "*", max: 1KiB }]\nwaivers: [${waiver}]\n`,
    );
    const out = join(folder, `waived-${expires}`);
    const { stdout } = await assemble(
      '--flavor',
      'cpu',
      ...key(),
      '--policy',
      policy,
      '--out',
      out,
    );
    expect(stdout).toMatch(words);
    expect((process.exitCode ?? 0) === 0).toBe(made);
  });

  it('stops a release whose budget is broken, and names the size', async () => {
    const policy = join(folder, 'tight.yaml');
    await writeFile(
      policy,
      'apiVersion: cowa-release/policy/v1\nbudgets: [{ kind: package, name: "*", max: 1KiB }]\n',
    );
    const { stdout } = await assemble(
      '--flavor',
      'cpu',
      ...key(),
      '--policy',
      policy,
      '--out',
      join(folder, 'tight'),
    );
    expect(stdout).toContain('SELF_VERIFY_FAILED');
    expect(stdout).toMatch(/^FAILED {2}cowabungaai-demo 0\.1\.0 amd64$/m);
    expect(stdout).toContain('cpu  not finished; nothing of it was made');
    expect(process.exitCode).toBe(3);
    expect(
      (await readdir(join(folder, 'tight/cpu'))).filter((name) => name.endsWith('.zst')),
    ).toEqual([]);
  });

  it('refuses a SOURCE_DATE_EPOCH that is no number', async () => {
    vi.stubEnv('SOURCE_DATE_EPOCH', 'yesterday');
    const { error } = await assemble('--flavor', 'cpu', ...key());
    vi.stubEnv('SOURCE_DATE_EPOCH', undefined);
    expect(error).toMatchObject({ code: 'CONFIG_VALUE_INVALID' });
  });
});

it('wants to be told the flavor, by flag, variable or settings', async () => {
  expect((await assemble(...key())).error).toMatchObject({
    code: 'RELEASE_FLAVOR_MISSING',
    exitCode: 2,
  });
  expect((await assemble(...key())).error?.message).toContain('has cpu and gpu');
  const lost = await assemble('-f', join(folder, 'nowhere/cowa-release.yaml'), ...key());
  expect(lost.error).toMatchObject({ code: 'RELEASE_DEFINITION_MISSING', exitCode: 2 });
  vi.stubEnv('COWA_FLAVOR', 'cpu');
  const { result } = await assemble(...key());
  vi.stubEnv('COWA_FLAVOR', undefined);
  expect(result?.flavors.map(({ flavor }) => flavor)).toEqual(['cpu']);
});

describe('plan', () => {
  it('shows images, packages, bundles and budgets, and writes nothing', async () => {
    const { stdout, error, result } = await captureOutput<Awaited<ReturnType<Plan['run']>>>(() =>
      Plan.run(
        [
          '-f',
          join(folder, 'demo/cowa-release.yaml'),
          '--cache-dir',
          join(folder, 'other'),
          '--flavor',
          'all',
          '--policy',
          join(folder, 'demo/policy.yaml'),
        ],
        { root },
      ),
    );
    expect(error).toBeUndefined();
    expect(stdout).toContain('not run: onCreate.before of vllm-model');
    expect(stdout).toContain('uds-bundle-cowabungaai-demo-gpu-amd64-0.1.0.tar.zst');
    expect(result?.budgets.every(({ outcome }) => outcome === 'within')).toBe(true);
    await expect(readdir(join(folder, 'other'))).rejects.toThrow();
  });
});
