import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import KeysPublic from '../../src/commands/keys/public.ts';
import KeysShow from '../../src/commands/keys/show.ts';
import Sign from '../../src/commands/sign.ts';
import Verify from '../../src/commands/verify.ts';
import { packageArchiveOrder } from '../../src/operations/archive-order.ts';
import { writeKmsPlugin } from '../support/kms-plugin.ts';
import { aToken, type PrivateSigstore, startPrivateSigstore } from '../support/private-sigstore.ts';
import { archiveOf, samplePackage } from '../support/sample-package.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
const name = 'zarf-package-sample-amd64-1.0.0.tar.zst';
const bundleName = 'uds-bundle-one-amd64-0.1.0.tar.zst';
let shared = '';
let folder = '';
let input = '';

beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'cowa-use-'));
  const bytes = await archiveOf(packageArchiveOrder((await samplePackage()).files));
  await writeFile(join(shared, name), bytes);
});
afterAll(() => rm(shared, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-use-'));
  input = join(folder, name);
  await copyFile(join(shared, name), input);
  const bundle = join(import.meta.dirname, '../conformance/uds/bundles/legacy-one', bundleName);
  await copyFile(bundle, join(folder, bundleName));
  for (const variable of ['COSIGN_PASSWORD', 'COWA_KEY_PASSWORD']) vi.stubEnv(variable, undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  await rm(folder, { recursive: true, force: true });
});

const run = (command: typeof Sign, ...argv: string[]) =>
  captureOutput(() => command.run([...argv, '--cache-dir', join(folder, '.cache')], config));
const sign = (...argv: string[]) => run(Sign, ...argv);
const verify = (...argv: string[]) => captureOutput(() => Verify.run(argv, config));

describe('signing with a key in a KMS', () => {
  it('makes packages and bundles that verify by the exported public key, and names the program', async () => {
    const plugin = await writeKmsPlugin(join(folder, 'plugin'));
    const publicKey = join(folder, 'release.pub');
    const of = ['--key', 'test://release', '--kms-plugin', plugin.path];
    const exported = await captureOutput(() => KeysPublic.run(of, config));
    await writeFile(publicKey, exported.stdout);
    const shown = await captureOutput(() => KeysShow.run(of, config));
    expect(shown.stdout).toContain('accepted by  cosign, Zarf, UDS');

    const inside = await sign(input, '--in-place', ...of, '--json');
    expect(inside.error).toBeUndefined();
    expect(JSON.parse(inside.stdout)).toMatchObject({
      outcome: 'signed',
      identity: null,
      tool: { path: plugin.path, digest: expect.stringMatching(/^sha256:/) },
    });
    const beside = await sign(join(folder, bundleName), ...of);
    expect(beside.stdout).toContain(`through    ${plugin.path} (sha256:`);
    expect(beside.stdout).toContain('--key <your public key>');
    for (const each of [input, join(folder, bundleName)])
      expect((await verify(each, '--key', publicKey)).stdout).toMatch(/^PASS/);
    const again = await sign(input, '--in-place', ...of);
    expect(again.stdout).toMatch(/^UNCHANGED/);
  });

  it.each([
    { what: 'no program', argv: [], code: 'KMS_PLUGIN_MISSING', exitCode: 4 },
    {
      what: 'a program of another name',
      argv: ['--kms-plugin', process.execPath],
      code: 'KMS_PLUGIN_NAME',
      exitCode: 4,
    },
  ])('refuses $what: $code', async ({ argv, code, exitCode }) => {
    const { error } = await sign(input, '--in-place', '--key', 'test://release', ...argv);
    expect(error).toMatchObject({ code, exitCode });
    expect((await readFile(input)).equals(await readFile(join(shared, name)))).toBe(true);
  });

  it('takes the program from COWA_KMS_PLUGIN, and leaves everything as it was when the signature is wrong', async () => {
    const { path } = await writeKmsPlugin(join(folder, 'plugin'), 'nonsense-signature');
    vi.stubEnv('COWA_KMS_PLUGIN', path);
    const { error } = await sign(input, '--in-place', '--key', 'test://release');
    expect(error).toMatchObject({ code: 'KMS_SIGNATURE', exitCode: 4 });
    const detached = await sign(join(folder, bundleName), '--key', 'test://release');
    expect(detached.error).toMatchObject({ code: 'KMS_SIGNATURE', exitCode: 4 });
    expect((await readFile(input)).equals(await readFile(join(shared, name)))).toBe(true);
  });
});

describe('signing with a key in encrypted PKCS#8', () => {
  it('is made here, opened by OpenSSL, and signs, from a file or a variable', async () => {
    vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
    const pair = join(folder, 'fips');
    const made = await captureOutput(() =>
      KeysGenerate.run(['--out', pair, '--format', 'pkcs8'], config),
    );
    expect(made.error).toBeUndefined();
    const text = await readFile(`${pair}.key`, 'utf8');
    expect(text).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    const opened = await promisify(execFile)('openssl', [
      ...['pkey', '-in', `${pair}.key`, '-passin', 'pass:secret', '-pubout'],
    ]).catch(() => undefined);
    if (opened !== undefined) expect(opened.stdout).toBe(await readFile(`${pair}.pub`, 'utf8'));
    const signed = await sign(input, '--in-place', '--key', `${pair}.key`);
    expect(signed.stdout).toContain(`verify ${input} --key ${pair}.pub`);
    expect((await verify(input, '--key', `${pair}.pub`)).stdout).toMatch(/^PASS/);
    vi.stubEnv('TEST_SIGNING_KEY', text);
    const shown = await captureOutput(() => KeysShow.run(['env://TEST_SIGNING_KEY'], config));
    expect(shown.stdout).toContain('kind         ecdsa-p256');
    expect((await sign(input, '--in-place', '--key', 'env://TEST_SIGNING_KEY')).stdout).toMatch(
      /^UNCHANGED/,
    );
    const missing = await sign(input, '--in-place', '--key', 'env://TEST_NO_KEY');
    expect(missing.error).toMatchObject({ code: 'KEY_UNREADABLE', exitCode: 4 });
  });
});

describe('signing as an identity', () => {
  let instance: PrivateSigstore;
  let flags: readonly string[] = [];
  beforeEach(async () => {
    instance = await startPrivateSigstore();
    await writeFile(join(folder, 'root.json'), instance.root);
    await writeFile(join(folder, 'token'), aToken());
    flags = [
      ...['--fulcio-url', instance.url, '--rekor-url', instance.url],
      ...['--timestamp-server-url', `${instance.url}/stamp`],
      ...['--identity-token', join(folder, 'token'), '--trusted-root', join(folder, 'root.json')],
    ];
  });
  afterEach(() => instance[Symbol.asyncDispose]());

  /** What the other side lays down about this instance. */
  const policyFor = (san: string): string =>
    JSON.stringify({
      schema: 'trust-policy/v1',
      version: 1,
      expires: '2059-01-01T00:00:00Z',
      trustedRoots: {
        site: {
          sha256: createHash('sha256').update(instance.root).digest('hex'),
          file: 'root.json',
        },
      },
      identities: { ci: { issuer: 'https://issuer.example.org', san, trustedRoot: 'site' } },
      roles: { release: { signers: ['ci'], threshold: 1 } },
      packages: [{ product: '*', role: 'release' }],
    });

  it('puts certificate, log entry and timestamp into a package', async () => {
    const { stdout, error } = await sign(input, '--in-place', ...flags);
    expect(error).toBeUndefined();
    expect(stdout).toContain(
      'identity   https://example.org/builds/release of https://issuer.example.org',
    );
    expect(stdout).toContain('--trust-policy <trust-policy.json>');
    expect(instance.asked).toHaveLength(3);
    await writeFile(
      join(folder, 'trust-policy.json'),
      policyFor('https://example.org/builds/release'),
    );
    const trust = ['--trust-policy', join(folder, 'trust-policy.json')];
    expect((await verify(input, ...trust)).stdout).toMatch(/^PASS/);
    await writeFile(join(folder, 'trust-policy.json'), policyFor('https://example.org/somebody'));
    expect((await verify(input, ...trust)).stdout).toMatch(/^FAIL/);
  });

  it('signs a bundle beside it', async () => {
    const path = join(folder, bundleName);
    const { result } = await sign(path, ...flags, '--json');
    expect(result).toMatchObject({
      outcome: 'signed',
      identity: { issuer: 'https://issuer.example.org', san: 'https://example.org/builds/release' },
    });
    const { verificationMaterial } = JSON.parse(await readFile(`${path}.sigstore.json`, 'utf8'));
    const der = Buffer.from(verificationMaterial.certificate.rawBytes, 'base64');
    expect(new X509Certificate(der).subjectAltName).toBe('URI:https://example.org/builds/release');
    expect(verificationMaterial.tlogEntries).toHaveLength(1);
    expect(verificationMaterial.timestampVerificationData.rfc3161Timestamps).toHaveLength(1);
    const policy = join(folder, 'trust-policy.json');
    await writeFile(policy, policyFor('https://example.org/builds/release'));
    expect((await verify(path, '--trust-policy', policy)).stdout).toMatch(/^PASS/);
  });

  it('writes nothing that the given trusted root does not hold for: SIGN_SELF_CHECK', async () => {
    const other = await startPrivateSigstore();
    await writeFile(join(folder, 'root.json'), other.root);
    await other[Symbol.asyncDispose]();
    const { error } = await sign(join(folder, bundleName), ...flags);
    expect(error).toMatchObject({ code: 'SIGN_SELF_CHECK', exitCode: 4 });
    await expect(readFile(join(folder, `${bundleName}.sigstore.json`))).rejects.toThrow();
  });

  it('refuses a file that is no trusted root', async () => {
    await writeFile(join(folder, 'root.json'), '{}');
    const { error } = await sign(input, '--in-place', ...flags);
    expect(error).toMatchObject({ code: expect.stringMatching(/^TRUSTED_ROOT_/), exitCode: 3 });
    expect(instance.asked).toEqual([]);
  });
});
