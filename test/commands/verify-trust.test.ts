import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { renderReleaseStatement } from '../../src/attestation/release-statement.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import Verify from '../../src/commands/verify.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { FolderReport } from '../../src/report/release-folder-report.ts';
import { aPackage } from '../support/a-package.ts';
import { aTrustDocument, testKeys } from '../support/a-trust-policy.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { blobSignature, statementSignature } from '../support/trust-evidence.ts';

const root = join(import.meta.dirname, '../..');
const archive = 'zarf-package-demo-amd64-1.0.0.tar.zst';
let folder = '';
const at = (...parts: readonly string[]) => join(folder, ...parts);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-verify-trust-'));
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  await captureOutput(() => KeysGenerate.run(['--out', at('site')], { root }));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

/** A release in `in/`, signed by two. */
async function release(counter: number): Promise<void> {
  const bare = aPackage().defining((text) => text.replace('build:', 'build:\n  signed: true'));
  const yaml = Buffer.from(
    bare.facts().entries.find(({ path }) => path === 'zarf.yaml')?.content ?? '',
  );
  const { bytes } = bare.with('zarf.bundle.sig', blobSignature(yaml, 'ci')).archive();
  const statement = renderReleaseStatement({
    product: 'shop',
    version: '1.0.0',
    flavor: 'cpu',
    counter,
    sourceDateEpoch: 0,
    files: [
      {
        name: archive,
        digest: digestOf(bytes),
        size: bytes.length,
        root: { kind: 'package', digest: digestOf(yaml) },
      },
    ],
  });
  const { mkdir } = await import('node:fs/promises');
  await mkdir(at('in'), { recursive: true });
  await writeFile(at('in', archive), bytes);
  await writeFile(
    at('in/release.intoto.jsonl'),
    statementSignature(statement, 'rel-a') + statementSignature(statement, 'rel-b'),
  );
}

beforeEach(async () => {
  await release(41);
  await rm(at('last.json'), { force: true });
  await writeFile(
    at('trust-policy.json'),
    JSON.stringify({ ...aTrustDocument(), expires: '2099-01-01T00:00:00Z' }),
  );
  await writeFile(at('ci.pub'), testKeys.ci.pem);
});

async function verify(...args: readonly string[]) {
  process.exitCode = undefined;
  const { error, stdout, stderr, result } = await captureOutput<FolderReport>(
    () => Verify.run([...args], { root }) as unknown as Promise<FolderReport>,
  );
  return { error, stdout, stderr, result, exitCode: process.exitCode ?? 0 };
}
const trusted = () => ['--trust-policy', at('trust-policy.json')];
const accept = () => ['--accept', at('last.json'), '--accept-key', at('site.key')];

describe('verify --trust-policy', () => {
  it('judges by the policy, shows it, and its report is what the schema says', async () => {
    const { exitCode, stdout, result } = await verify(at('in'), ...trusted());
    expect(exitCode).toBe(0);
    expect(stdout).toContain('trust-policy.json, version 7');
    expect(result?.trust).toMatchObject({
      trustPolicy: { version: 7, expires: '2099-01-01T00:00:00.000Z' },
      judgedAt: expect.stringMatching(/^20/),
    });
    expect(schemaFaults('verify-folder-report', result)).toEqual([]);
  });

  it('is taken from COWA_TRUST_POLICY', async () => {
    vi.stubEnv('COWA_TRUST_POLICY', at('trust-policy.json'));
    expect((await verify(at('in', archive))).exitCode).toBe(0);
    vi.stubEnv('COWA_TRUST_POLICY', '');
  });

  it('is named by digest in a signed verdict', async () => {
    const out = at('verdict.json');
    const attest = ['--attest', out, '--attest-key', at('site.key')];
    expect((await verify(at('in'), ...trusted(), ...attest)).error).toBeUndefined();
    const { dsseEnvelope } = JSON.parse(await readFile(out, 'utf8'));
    const payload = Buffer.from(dsseEnvelope.payload, 'base64').toString('utf8');
    expect(payload).toContain(digestOf(await readFile(at('trust-policy.json'))).slice(7));
  });

  it('stands in the place of a key, never beside one', async () => {
    const { error } = await verify(at('in'), ...trusted(), '--key', at('ci.pub'));
    expect(error).toMatchObject({ code: 'TRUST_POLICY_OR_KEY', exitCode: 2 });
  });

  it('warns of what ends within --warn-days', async () => {
    const end = new Date(Date.now() + 10 * 86_400_000).toISOString();
    await writeFile(at('trust-policy.json'), JSON.stringify({ ...aTrustDocument(), expires: end }));
    const codes = async (...args: readonly string[]) =>
      (await verify(at('in'), ...trusted(), ...args)).result?.findings.map(({ code }) => code);
    expect(await codes()).toContain('TRUST_ENDS_SOON');
    expect(await codes('--warn-days', '5')).not.toContain('TRUST_ENDS_SOON');
  });
});

describe('verify --since and --accept', () => {
  it('remembers what passed, and refuses what is older from then on', async () => {
    const first = await verify(at('in'), ...trusted(), ...accept());
    expect(first).toMatchObject({ exitCode: 0, error: undefined });
    expect(first.stderr).toMatch(
      /--accept: \S*last\.json says from now on: release shop .*\(number 41\)/,
    );
    const since = ['--since', at('last.json'), '--since-key', at('site.pub')];
    const same = await verify(at('in'), ...trusted(), ...since);
    expect(same.exitCode).toBe(0);
    expect(same.result?.trust.since?.location).toBe(at('last.json'));
    const written = await readFile(at('last.json'), 'utf8');
    await release(40);
    const older = await verify(at('in'), ...trusted(), ...since);
    expect(older.exitCode).toBe(1);
    expect(older.result?.findings.map(({ code }) => code)).toContain('TRUST_ROLLBACK_COUNTER');
    // What fails leaves the record as it was.
    const refused = await verify(at('in'), ...trusted(), ...accept());
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/--accept: nothing was written to \S*last\.json/);
    expect(await readFile(at('last.json'), 'utf8')).toBe(written);
    await release(42);
    expect((await verify(at('in'), ...trusted(), ...accept())).exitCode).toBe(0);
    await release(41);
    expect((await verify(at('in'), ...trusted(), ...since)).exitCode).toBe(1);
    // Whoever takes the statement away gets no pass out of it.
    await rm(at('in/release.intoto.jsonl'));
    const bare = await verify(at('in'), ...trusted(), ...since);
    expect(bare.result?.verdict.missingEvidence).toContain('statement');
    expect(bare.exitCode).toBe(5);
  });

  it('works with a lone key, too', async () => {
    const lone = ['--key', at('ci.pub')];
    expect((await verify(at('in', archive), ...lone, ...accept())).exitCode).toBe(0);
    expect((await verify(at('in', archive), ...lone, ...accept())).exitCode).toBe(0);
  });

  it('believes the record of the role that the policy names', async () => {
    await verify(at('in'), ...trusted(), ...accept());
    const document = aTrustDocument();
    const spki = await readFile(at('site.pub'), 'utf8');
    await writeFile(
      at('trust-policy.json'),
      JSON.stringify({
        ...document,
        version: 8,
        expires: '2099-01-01T00:00:00Z',
        keys: { ...document.keys, site: { spki, algorithm: 'ecdsa-p256-sha256' } },
        roles: { ...document.roles, gate: { signers: ['site'], threshold: 1 } },
        accepted: { role: 'gate' },
      }),
    );
    const { exitCode, error } = await verify(at('in'), ...trusted(), '--since', at('last.json'));
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: undefined });
    // By somebody the policy names, and not for this.
    const { dsseEnvelope } = JSON.parse(await readFile(at('last.json'), 'utf8'));
    const record = Buffer.from(dsseEnvelope.payload, 'base64');
    await writeFile(at('last.json'), statementSignature(record, 'rel-a'));
    const forged = await verify(at('in'), ...trusted(), '--since', at('last.json'));
    expect(forged.error).toMatchObject({ code: 'ACCEPTED_RECORD_REFUSED', exitCode: 3 });
  });

  it.each<[string, () => readonly string[], string, number]>([
    [
      'no key to sign with',
      () => [...trusted(), '--accept', at('last.json')],
      'ACCEPT_KEY_MISSING',
      2,
    ],
    ['nobody trusted', () => ['--insecure-allow-unsigned', ...accept()], 'ACCEPT_NO_TRUST', 2],
    [
      'no record',
      () => [...trusted(), '--since', at('nothing.json'), '--since-key', at('site.pub')],
      'ACCEPTED_RECORD_MISSING',
      3,
    ],
    [
      'what only passed because it was weakened',
      () => [...trusted(), ...accept(), '--insecure-allow-unsigned'],
      'ACCEPT_WEAKENED',
      2,
    ],
  ])('is refused with %s', async (_name, args, code, exitCode) => {
    expect((await verify(at('in'), ...args())).error).toMatchObject({ code, exitCode });
  });

  it('needs to know whose record it is, and that it is one', async () => {
    await verify(at('in'), ...trusted(), ...accept());
    const since = ['--since', at('last.json')];
    expect((await verify(at('in'), ...trusted(), ...since)).error).toMatchObject({
      code: 'SINCE_KEY_MISSING',
    });
    expect(
      (await verify(at('in'), ...trusted(), ...since, '--since-key', at('ci.pub'))).error,
    ).toMatchObject({ code: 'ACCEPTED_RECORD_REFUSED' });
    await writeFile(at('last.json'), statementSignature('{}', 'ci'));
    expect(
      (await verify(at('in'), ...trusted(), ...since, '--since-key', at('ci.pub'))).error,
    ).toMatchObject({ code: 'ACCEPTED_RECORD_FORM' });
  });
});
