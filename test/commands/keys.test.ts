import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import KeysPublic from '../../src/commands/keys/public.ts';
import KeysShow from '../../src/commands/keys/show.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
const run = {
  generate: (...argv: string[]) => captureOutput(() => KeysGenerate.run(argv, config)),
  public: (...argv: string[]) => captureOutput(() => KeysPublic.run(argv, config)),
  show: (...argv: string[]) =>
    captureOutput<Awaited<ReturnType<KeysShow['run']>>>(() => KeysShow.run(argv, config)),
};

let folder = '';
/** Made once: opening a key takes a while by design. */
let pair = '';
let files: Readonly<Record<'right' | 'wrong', string>> = { right: '', wrong: '' };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-keys-'));
  pair = join(folder, 'pair');
  files = { right: join(folder, 'right'), wrong: join(folder, 'wrong') };
  await writeFile(files.right, 'secret\n');
  await writeFile(files.wrong, 'other\n');
  const { error } = await run.generate('--out', pair, '--password-file', files.right);
  expect(error).toBeUndefined();
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  vi.stubEnv('COSIGN_PASSWORD', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

describe('keys generate', () => {
  it('writes a pair that the other commands read, and says its fingerprint', async () => {
    const { stdout, result } = await run.generate(
      '--out',
      join(folder, 'new/k.key'),
      '--password-file',
      files.right,
    );
    expect(await readdir(join(folder, 'new'))).toEqual(['k.key', 'k.pub']);
    expect((await stat(join(folder, 'new/k.key'))).mode & 0o777).toBe(0o600);
    const shown = await run.show(join(folder, 'new/k.pub'));
    expect(result).toMatchObject({ type: 'ecdsa-p256', fingerprint: shown.result?.fingerprint });
    expect(stdout).toContain(`fingerprint  ${shown.result?.fingerprint}`);
    expect(await readFile(join(folder, 'new/k.key'), 'utf8')).toContain(
      'ENCRYPTED SIGSTORE PRIVATE KEY',
    );
  });

  it('makes RSA keys too, and prints one JSON document', async () => {
    const { stdout } = await run.generate(
      '--out',
      join(folder, 'rsa'),
      '--type',
      'rsa-3072',
      '--password-file',
      files.right,
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'rsa-3072',
      publicKey: join(folder, 'rsa.pub'),
    });
    expect((await run.show(join(folder, 'rsa.pub'))).stdout).toContain('rsa (3072 bits)');
  });

  it('takes the password from the environment', async () => {
    vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
    await run.generate('--out', join(folder, 'env'));
    vi.unstubAllEnvs();
    const { error } = await run.public(
      '--key',
      join(folder, 'env.key'),
      '--password-file',
      files.right,
    );
    expect(error).toBeUndefined();
  });

  it('warns where nothing protects the key', async () => {
    const { stderr, error } = await run.generate(
      '--out',
      join(folder, 'bare'),
      '--insecure-empty-password',
    );
    expect(error).toBeUndefined();
    expect(stderr).toMatch(/^Warning: the private key is protected by the empty password/);
  });

  it.each([
    {
      what: 'a pair that exists',
      argv: () => ['--out', pair, '--password-file', files.right],
      code: 'KEY_EXISTS',
    },
    {
      what: 'a place that is no folder',
      argv: () => ['--out', join(files.right, 'k'), '--password-file', files.right],
      code: 'KEY_UNWRITABLE',
    },
    {
      what: 'no password and nobody to ask',
      argv: () => ['--out', join(folder, 'never')],
      code: 'KEY_PASSWORD_MISSING',
    },
    {
      what: 'a missing password file',
      argv: () => ['--out', join(folder, 'never'), '--password-file', join(folder, 'nothing')],
      code: 'KEY_PASSWORD_FILE',
    },
  ])('refuses $what: $code', async ({ argv, code }) => {
    const before = await readFile(`${pair}.key`, 'utf8');
    expect((await run.generate(...argv())).error).toMatchObject({ code, exitCode: 4 });
    expect(await readFile(`${pair}.key`, 'utf8')).toBe(before);
    expect(await readdir(folder)).not.toContain('never.key');
  });

  it('does not take an empty password for one', async () => {
    vi.stubEnv('COWA_KEY_PASSWORD', '');
    const { error } = await run.generate('--out', join(folder, 'never'));
    expect(error).toMatchObject({ code: 'KEY_PASSWORD_MISSING' });
  });
});

describe('keys public', () => {
  it('prints the public key of a private one, and nothing else', async () => {
    const { stdout } = await run.public('--key', `${pair}.key`, '--password-file', files.right);
    expect(stdout).toBe(await readFile(`${pair}.pub`, 'utf8'));
  });

  it('knows the wrong password: KEY_PASSWORD_WRONG', async () => {
    const { error, stdout } = await run.public(
      '--key',
      `${pair}.key`,
      '--password-file',
      files.wrong,
    );
    expect(error).toMatchObject({ code: 'KEY_PASSWORD_WRONG', exitCode: 4 });
    expect(stdout).toBe('');
  });

  it('refuses a public key, and what is missing', async () => {
    expect(
      (await run.public('--key', `${pair}.pub`, '--password-file', files.right)).error,
    ).toMatchObject({ code: 'KEY_PUBLIC_GIVEN', exitCode: 3 });
    expect((await run.public('--key', `${pair}.nothing`)).error).toMatchObject({
      code: 'KEY_UNREADABLE',
      exitCode: 4,
    });
  });

  it.each([
    { what: 'no key', argv: () => [], code: 'SIGN_KEY_MISSING' },
    {
      what: 'two keys',
      argv: () => [`${pair}.key`, '--key', 'other.key'],
      code: 'SIGN_KEY_TWICE',
    },
  ])('refuses $what: $code', async ({ argv, code }) => {
    expect((await run.public(...argv())).error).toMatchObject({ code, exitCode: 2 });
    expect((await run.show(...argv())).error).toMatchObject({ code, exitCode: 2 });
  });

  it('takes the file as argument too, as keys show takes it with --key', async () => {
    const { stdout } = await run.public(`${pair}.key`, '--password-file', files.right);
    expect(stdout).toBe(await readFile(`${pair}.pub`, 'utf8'));
    expect((await run.show('--key', `${pair}.pub`)).error).toBeUndefined();
  });

  it('never shows the password', async () => {
    vi.stubEnv('COWA_KEY_PASSWORD', 'not-the-secret');
    const { error, stdout, stderr } = await run.public('--key', `${pair}.key`);
    expect(`${error?.message}${stdout}${stderr}`).not.toContain('not-the-secret');
  });
});

describe('keys show', () => {
  it('says the same of both halves', async () => {
    const half = await run.show(`${pair}.pub`);
    const whole = await run.show(`${pair}.key`, '--password-file', files.right);
    expect(whole.stdout).toBe(half.stdout);
    expect(half.stdout).toContain('accepted by  cosign, Zarf, UDS');
  });

  it('prints one JSON document', async () => {
    const { stdout } = await run.show(`${pair}.pub`, '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ accepted: true, kind: expect.any(String) });
  });

  it('refuses what is no key: KEY_FORMAT', async () => {
    const { error } = await run.show(files.right);
    expect(error).toMatchObject({ exitCode: 3 });
    expect(error?.message).toContain(files.right);
  });
});
