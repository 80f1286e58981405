import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import Assemble from '../../src/commands/assemble.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import Verify from '../../src/commands/verify.ts';
import { writeKmsPlugin } from '../support/kms-plugin.ts';
import { aToken, type PrivateSigstore, startPrivateSigstore } from '../support/private-sigstore.ts';

const root = join(import.meta.dirname, '../..');
const config = await loadProgram({ root, source: true });
let folder = '';
let instance: PrivateSigstore;
const at = (...path: readonly string[]): string => join(folder, ...path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-assemble-use-'));
  await cp(join(root, 'fixtures/demo'), at('demo'), { recursive: true });
  instance = await startPrivateSigstore();
  await writeFile(at('root.json'), instance.root);
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  await captureOutput(() =>
    KeysGenerate.run(['--out', at('release'), '--format', 'pkcs8'], config),
  );
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await instance[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

async function assemble(out: string, ...more: readonly string[]) {
  const { error, stdout } = await captureOutput(() =>
    Assemble.run(
      [
        ...['-f', at('demo/cowa-release.yaml'), '--flavor', 'cpu', '--cache-dir', at('cache')],
        ...['--out', at(out), ...more],
      ],
      config,
    ),
  );
  return { error, stdout };
}

async function reportOf(out: string) {
  const schema = JSON.parse(
    await readFile(join(root, 'schemas/release-report.schema.json'), 'utf8'),
  );
  const report = JSON.parse(await readFile(at(out, 'cpu/report.json'), 'utf8'));
  const validate = new Ajv2020({ strict: false }).compile(schema);
  expect(validate(report) ? [] : validate.errors).toEqual([]);
  return report;
}

const materialOf = async (out: string) =>
  JSON.parse(await readFile(at(out, 'cpu/release.intoto.jsonl'), 'utf8')).verificationMaterial;
const stamping = () => [
  ...['--timestamp-server-url', `${instance.url}/stamp`, '--trusted-root', at('root.json')],
];

describe('assemble', () => {
  it('signs through a plugin, says in the report which program that was, and not where it lies', async () => {
    const { path } = await writeKmsPlugin(at('plugin'));
    const { error } = await assemble('kms', '--key', 'test://release', '--kms-plugin', path);
    expect(error).toBeUndefined();
    const { signing } = await reportOf('kms');
    expect(signing).toMatchObject({
      tool: { name: 'sigstore-kms-test', digest: expect.stringMatching(/^sha256:/) },
    });
    expect(JSON.stringify(signing)).not.toContain(folder);
  });

  it('stamps the release statement, keeps a stamped one, and replaces one without a stamp', async () => {
    const key = ['--key', at('release.key')];
    await assemble('stamped', ...key);
    expect(Object.keys(await materialOf('stamped'))).toEqual(['publicKey']);
    const { error } = await assemble('stamped', ...key, ...stamping());
    expect(error).toBeUndefined();
    const stamped = await materialOf('stamped');
    expect(stamped.timestampVerificationData.rfc3161Timestamps).toHaveLength(1);
    await assemble('stamped', ...key, ...stamping());
    expect(await materialOf('stamped')).toEqual(stamped);
    const bundle = (await readdir(at('stamped/cpu'))).find((name) =>
      /^uds.*\.sigstore\.json$/.test(name),
    );
    const beside = JSON.parse(await readFile(at('stamped/cpu', bundle ?? ''), 'utf8'));
    expect(Object.keys(beside.verificationMaterial)).toEqual(['publicKey']);
  });

  it('writes no statement whose stamp the trusted root does not hold for', async () => {
    const other = await startPrivateSigstore();
    await writeFile(at('other.json'), other.root);
    await other[Symbol.asyncDispose]();
    const flags = ['--timestamp-server-url', `${instance.url}/stamp`];
    const { stdout } = await assemble(
      ...['refused', '--key', at('release.key'), ...flags, '--trusted-root', at('other.json')],
      '--json',
    );
    expect(stdout).toContain('"SIGN_TIMESTAMP"');
    expect(await readdir(at('refused/cpu'))).not.toContain('release.intoto.jsonl');
  });

  it('refuses to sign a bundle and its packages as an identity, before anything is done: RELEASE_IDENTITY_BUNDLE', async () => {
    vi.stubEnv('COWA_IDENTITY_TOKEN', aToken());
    const { error } = await assemble(
      ...['bundled', '--fulcio-url', instance.url, '--rekor-url', instance.url, ...stamping()],
    );
    expect(error).toMatchObject({ code: 'RELEASE_IDENTITY_BUNDLE', exitCode: 2 });
    await expect(readdir(at('bundled'))).rejects.toThrow();
  });

  it('signs as an identity: certificates everywhere, no key beside the archives', async () => {
    vi.stubEnv('COWA_IDENTITY_TOKEN', aToken());
    const definition = await readFile(at('demo/cowa-release.yaml'), 'utf8');
    const unbundled = definition.replaceAll(/^ {4}bundle: .*$/gm, '');
    await writeFile(at('demo/cowa-release.yaml'), unbundled);
    const { error, stdout } = await assemble(
      ...['keyless', '--fulcio-url', instance.url, '--rekor-url', instance.url, ...stamping()],
    );
    expect(error).toBeUndefined();
    expect(stdout).toContain('--trust-policy <trust-policy.json>');
    const names = await readdir(at('keyless/cpu'));
    expect(names).toContain('release.intoto.jsonl');
    expect(names.filter((name) => name.startsWith('release.pub'))).toEqual([]);
    const { signing, archives } = await reportOf('keyless');
    expect(signing.identity).toEqual({
      issuer: 'https://issuer.example.org',
      san: 'https://example.org/builds/release',
    });
    const outcomes = archives.map(
      (each: { signature: { outcome: string } }) => each.signature.outcome,
    );
    expect(new Set(outcomes)).toEqual(new Set(['valid']));
    expect(Object.keys(await materialOf('keyless'))).toEqual([
      'certificate',
      'tlogEntries',
      'timestampVerificationData',
    ]);
    const trusted = { sha256: createHash('sha256').update(instance.root).digest('hex') };
    const policy = {
      schema: 'trust-policy/v1',
      version: 1,
      expires: '2059-01-01T00:00:00Z',
      trustedRoots: { site: { ...trusted, file: 'root.json' } },
      identities: { ci: { ...signing.identity, trustedRoot: 'site' } },
      roles: { release: { signers: ['ci'], threshold: 1 } },
      packages: [{ product: '*', role: 'release', timestamps: 1 }],
    };
    await writeFile(at('trust-policy.json'), JSON.stringify(policy));
    const judged = await captureOutput(() =>
      Verify.run([at('keyless/cpu'), '--trust-policy', at('trust-policy.json')], config),
    );
    expect(judged.stdout).toMatch(/^PASS/);
  });
});
