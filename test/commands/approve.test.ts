import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parsePublicKey } from '../../src/attestation/public-key.ts';
import { renderReleaseStatement } from '../../src/attestation/release-statement.ts';
import { loadProgram } from '../../src/cli/load-program.ts';
import Approve from '../../src/commands/approve.ts';
import KeysGenerate from '../../src/commands/keys/generate.ts';
import Verify from '../../src/commands/verify.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { FolderReport } from '../../src/report/release-folder-report.ts';
import { aPackage } from '../support/a-package.ts';
import { aTrustDocument, keyEntry, testKeys } from '../support/a-trust-policy.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { blobSignature, statementSignature } from '../support/trust-evidence.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
const archive = 'zarf-package-demo-amd64-1.0.0.tar.zst';
let folder = '';
const at = (...parts: readonly string[]) => join(folder, ...parts);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-approve-'));
  vi.stubEnv('COWA_KEY_PASSWORD', 'secret');
  for (const key of ['anna', 'bert', 'carl'])
    await captureOutput(() => KeysGenerate.run(['--out', at(key)], config));
  await writeFile(at('rel.pub'), testKeys['rel-a'].pem);
  const bare = aPackage().defining((text) => text.replace('build:', 'build:\n  signed: true'));
  const yaml = Buffer.from(
    bare.facts().entries.find(({ path }) => path === 'zarf.yaml')?.content ?? '',
  );
  const { bytes } = bare.with('zarf.bundle.sig', blobSignature(yaml, 'rel-a')).archive();
  const root = { kind: 'package', digest: digestOf(yaml) } as const;
  const statement = renderReleaseStatement({
    product: 'shop',
    version: '1.0.0',
    flavor: 'cpu',
    counter: 41,
    sourceDateEpoch: 0,
    files: [{ name: archive, digest: digestOf(bytes), size: bytes.length, root }],
  });
  const { mkdir } = await import('node:fs/promises');
  await mkdir(at('release'));
  await writeFile(at('release', archive), bytes);
  await writeFile(at('release/release.intoto.jsonl'), statementSignature(statement, 'rel-a'));
  const entry = async (name: string) => ({
    spki: parsePublicKey(await readFile(at(`${name}.pub`), 'utf8')).pem,
    algorithm: 'ecdsa-p256-sha256' as const,
  });
  const document = aTrustDocument({
    expires: '2099-01-01T00:00:00Z',
    keys: { 'rel-a': keyEntry('rel-a'), anna: await entry('anna'), bert: await entry('bert') },
    roles: {
      release: { signers: ['rel-a'], threshold: 1 },
      approver: { kind: 'approver', signers: ['anna', 'bert'], threshold: 2 },
    },
    packages: [{ product: '*', role: 'release', approvers: 'approver' }],
  });
  await writeFile(at('trust-policy.json'), JSON.stringify(document));
});
beforeEach(async () => {
  await cp(at('release'), at('in'), { recursive: true });
});
afterEach(async () => {
  process.exitCode = undefined;
  await rm(at('in'), { recursive: true, force: true });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const approve = (location: string, key: string, ...more: readonly string[]) =>
  captureOutput(() => Approve.run([location, '--key', at(`${key}.key`), ...more], config));
const trusted = () => ['--trust-policy', at('trust-policy.json')];
const byKey = () => ['--verify-key', at('rel.pub')];

async function verify(location: string, ...more: readonly string[]) {
  process.exitCode = undefined;
  const { result, error, stdout } = await captureOutput<FolderReport>(
    () => Verify.run([location, ...more], config) as unknown as Promise<FolderReport>,
  );
  if (error !== undefined) throw error;
  return { result, stdout, exitCode: process.exitCode ?? 0 };
}

describe('approve', () => {
  it('adds a file and nothing else; verify passes once two have approved', async () => {
    const before = new Map<string, Buffer>();
    for (const name of await readdir(at('in'))) before.set(name, await readFile(at('in', name)));
    expect((await verify(at('in'), ...trusted())).exitCode).toBe(1);
    const first = await approve(at('in'), 'anna', ...trusted(), '--comment', 'Change 4711');
    expect(first.error).toBeUndefined();
    expect(first.stdout).toContain('APPROVED  release shop 1.0.0 cpu, number 41');
    expect((await verify(at('in'), ...trusted())).exitCode).toBe(1);
    expect((await approve(at('in'), 'bert', ...trusted())).error).toBeUndefined();
    const { exitCode, stdout, result } = await verify(at('in'), ...trusted());
    expect(exitCode).toBe(0);
    expect(stdout).toContain("approved by 'anna'");
    expect(schemaFaults('verify-folder-report', result)).toEqual([]);
    expect(await readdir(at('in'))).toEqual(
      [...before.keys(), 'approval.intoto.jsonl', 'approval.2.intoto.jsonl'].sort(),
    );
    for (const [name, bytes] of before) expect(await readFile(at('in', name))).toEqual(bytes);
  });

  it('approves the release in a handover kit, and nothing around it', async () => {
    await cp(at('release'), at('in/kit/release'), { recursive: true });
    for (const name of ['HANDOVER.md', 'SHA256SUMS']) await writeFile(at('in/kit', name), '');
    const { error, stdout } = await approve(at('in/kit/'), 'anna', ...trusted());
    expect(error).toBeUndefined();
    expect(stdout).toContain(at('in/kit/release/approval.intoto.jsonl'));
    expect(await readdir(at('in/kit'))).toEqual(['HANDOVER.md', 'SHA256SUMS', 'release']);
    expect((await approve(at('in/kit/release'), 'bert', ...trusted())).error).toBeUndefined();
    expect((await verify(at('in/kit/release'), ...trusted())).exitCode).toBe(0);
  });

  it('says which folder to name where several releases lie in one that is no kit', async () => {
    await cp(at('release'), at('in/both/release'), { recursive: true });
    const { error } = await approve(at('in/both'), 'anna', ...trusted());
    expect(error).toMatchObject({
      code: 'ARCHIVE_MISSING',
      suggestions: [`Name the folder that does: ${at('in/both/release')}`],
    });
  });

  it('warns whoever approves with the key that signed the release', async () => {
    const pem = testKeys['rel-a'].privateKey.export({
      ...{ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
    });
    await writeFile(at('rel.key'), pem);
    const own = await approve(at('in'), 'rel', ...byKey());
    expect(own.stdout).toContain('WARNING  the same key signed the release');
    const other = await approve(at('in'), 'anna', ...byKey());
    expect(other.stdout).not.toContain('WARNING');
  });

  it('says in its document what was approved', async () => {
    const { stdout } = await approve(at('in'), 'anna', ...byKey(), '--output', 'json');
    const document = JSON.parse(stdout);
    expect(schemaFaults('approve-result', document)).toEqual([]);
    const statement = JSON.parse(await readFile(at('in/release.intoto.jsonl'), 'utf8'));
    const payload = Buffer.from(statement.dsseEnvelope.payload, 'base64');
    expect(document).toMatchObject({ about: 'release', digest: digestOf(payload), stamped: false });
  });

  it('approves an archive by itself, over its bytes', async () => {
    const { stdout, error } = await approve(at('in', archive), 'anna', ...byKey());
    expect(error).toBeUndefined();
    expect(stdout).toContain(digestOf(await readFile(at('in', archive))));
    expect(await readdir(at('in'))).toContain(`${archive}.approval.intoto.jsonl`);
    // Under the same key the folder is what it was.
    expect((await verify(at('in'), '--key', at('rel.pub'))).exitCode).toBe(0);
  });

  it.each<readonly [string, string, () => Promise<unknown> | undefined, () => readonly string[]]>([
    ['what verify fails', 'APPROVE_NOT_PASSED', () => writeFile(at('in/x'), 'x'), byKey],
    ['what nobody vouches for', 'APPROVE_NO_STATEMENT', () => undefined, () => []],
    [
      'a folder without a statement',
      'APPROVE_NO_STATEMENT',
      () => rm(at('in/release.intoto.jsonl')),
      byKey,
    ],
    ['a role nobody knows', 'APPROVE_ROLE', () => undefined, () => [...trusted(), '--role', 'x']],
    ['by the same key again', 'APPROVE_TWICE', () => approve(at('in'), 'anna', ...byKey()), byKey],
  ])('refuses %s: %s', async (_name, code, prepare, flags) => {
    await prepare();
    const before = await readdir(at('in'));
    expect((await approve(at('in'), 'anna', ...flags())).error).toMatchObject({ code });
    expect(await readdir(at('in'))).toEqual(before);
  });

  it('refuses one more than there are numbers for', async () => {
    await approve(at('in'), 'bert', ...byKey());
    const given = await readFile(at('in/approval.intoto.jsonl'));
    for (let number = 2; number <= 99; number += 1)
      await writeFile(at(`in/approval.${number}.intoto.jsonl`), given);
    const { error } = await approve(at('in'), 'anna', ...byKey());
    expect(error).toMatchObject({ code: 'APPROVE_TOO_MANY' });
  });

  it('refuses a key that is of nobody in the role', async () => {
    const { error } = await approve(at('in'), 'carl', ...trusted());
    expect(error).toMatchObject({ code: 'APPROVE_ROLE' });
    expect(error?.message).toContain('anna, bert');
  });

  it('refuses standard input, and a run without a key', async () => {
    expect((await approve('-', 'anna')).error).toMatchObject({ code: 'APPROVE_NO_FILE' });
    const { error } = await captureOutput(() => Approve.run([at('in')], config));
    expect(error).toMatchObject({ code: 'APPROVE_KEY_MISSING' });
  });

  it('approves what does not pass only when told to, and verify says so', async () => {
    await writeFile(at('in/x'), 'x');
    const flags = [...trusted(), '--insecure-approve-not-passed'];
    const { stdout, stderr } = await approve(at('in'), 'anna', ...flags);
    expect(stderr).toContain('--insecure-approve-not-passed');
    expect(stdout).toContain('verify had not passed (fail)');
    await rm(at('in/x'));
    await approve(at('in'), 'bert', ...trusted());
    const { result, exitCode } = await verify(at('in'), ...trusted());
    expect(exitCode).toBe(0);
    expect(result?.findings.map(({ code }) => code)).toContain('TRUST_APPROVAL_UNVERIFIED');
  });
});
