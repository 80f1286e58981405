import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TrustCheckResult } from '../../src/cli/render-trust.ts';
import TrustCheck from '../../src/commands/trust/check.ts';
import TrustShow from '../../src/commands/trust/show.ts';
import { digestOf, hexOf } from '../../src/oci/digest.ts';
import type { TrustDescription } from '../../src/policy/trust/describe-policy.ts';
import type { TrustPolicyDocument } from '../../src/policy/trust/trust-policy-document.ts';
import { aTrustDocument, keyEntry } from '../support/a-trust-policy.ts';
import { schemaFaults } from '../support/closed-schema.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-trust-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  process.exitCode = undefined;
  vi.unstubAllEnvs();
});

async function write(change: Record<string, unknown> = {}): Promise<string> {
  const path = join(folder, 'trust-policy.json');
  await writeFile(path, JSON.stringify({ ...aTrustDocument(), ...change }, null, 2));
  return path;
}
const check = (...args: readonly string[]) =>
  captureOutput<TrustCheckResult>(() => TrustCheck.run([...args], { root }));
const show = (...args: readonly string[]) =>
  captureOutput<TrustDescription>(() => TrustShow.run([...args], { root }));
const rooted = (sha256: string): Partial<TrustPolicyDocument> => ({
  trustedRoots: { site: { sha256 } },
});

describe('trust check', () => {
  it('passes a sound policy, and its result is what the schema says', async () => {
    const path = await write({
      keys: { ...aTrustDocument().keys, spare: keyEntry('other') },
    });
    const { stdout, result, error } = await check(path);
    expect(error).toBeUndefined();
    expect(stdout).toMatch(/trust-policy\.json:\d+:\d+ warning: 'spare' stands in no role/);
    expect(stdout).toContain('version 7, until 2027-06-01');
    expect(schemaFaults('trust-check-report', result)).toEqual([]);
  });

  it('names every error with its place, and exits with 2', async () => {
    const path = await write({ expires: 'soon', version: 0 });
    const { error } = await check(path);
    expect(error).toMatchObject({ code: 'TRUST_POLICY_INVALID', exitCode: 2 });
    expect(error?.message).toMatch(/trust-policy\.json:3:\d+ .*\n.*trust-policy\.json:4:\d+ /);
  });

  it('reads the trusted roots, too', async () => {
    const bytes = await readFile(join(root, 'test/conformance/signing/roots/trusted_root.json'));
    const path = await write(rooted(hexOf(digestOf(bytes))));
    expect((await check(path)).error).toMatchObject({ code: 'TRUST_ROOT_UNREADABLE' });
    await writeFile(join(folder, 'trusted_root.json'), bytes);
    expect((await check(path)).error).toBeUndefined();
    await writeFile(join(folder, 'trusted_root.json'), '{ }');
    expect((await check(path)).error).toMatchObject({ code: 'TRUST_ROOT_DIGEST' });
    await write(rooted(hexOf(digestOf(Buffer.from('{ }')))));
    expect((await check(path)).error).toMatchObject({ code: 'TRUST_ROOT_INVALID' });
  });

  it('exits with 1 where nothing can pass under it', async () => {
    process.exitCode = undefined;
    const { stdout, result, error } = await check(await write({ expires: '2026-01-01T00:00:00Z' }));
    expect(error).toBeUndefined();
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;
    expect(stdout).toContain('ENDED 2026-01-01');
    expect(stdout).toContain('verify refuses everything');
    expect(schemaFaults('trust-check-report', result)).toEqual([]);
  });

  it('says when there is nothing', async () => {
    expect((await check(join(folder, 'nothing.json'))).error).toMatchObject({
      code: 'TRUST_POLICY_UNREADABLE',
    });
  });
});

describe('trust show', () => {
  it('says in words who may sign what', async () => {
    const { stdout, result } = await show(
      await write({
        site: 'site-7',
        otherSignatures: 'report',
        accepted: { role: 'builder' },
        revokedDigests: [{ digest: `sha256:${'0'.repeat(64)}`, reason: 'leaks' }],
        packages: [
          {
            product: 'app',
            versions: '>=1.0.0',
            kinds: ['statement', 'bundle'],
            role: 'release',
            maxAge: 'P90D',
            minCounter: 41,
            ownSignature: true,
            attestations: [
              { predicateType: 'https://x', role: 'builder', require: { a: ['b', 1] } },
            ],
          },
        ],
      }),
    );
    const text = stdout.replaceAll(/\s+/g, ' ');
    for (const words of [
      'releases, bundles named app, versions >=1.0.0: signed by 2 of rel-a, rel-b, rel-c (release)',
      'not older than 90 days',
      'release number 41 or later',
      'every signature with 1 signed time',
      'with a statement https://x, a is "b" or 1: signed by ci (builder)',
      'site site-7',
      'leaks',
      'of the role builder',
      'is only reported',
    ])
      expect(text).toContain(words);
    expect(schemaFaults('trust-show-report', result)).toEqual([]);
  });

  it('shows the policy of COWA_TRUST_POLICY', async () => {
    vi.stubEnv('COWA_TRUST_POLICY', await write());
    expect((await show()).result?.policy.version).toBe(7);
  });

  it('says when there is none', async () => {
    expect((await show()).error).toMatchObject({ code: 'TRUST_POLICY_MISSING', exitCode: 2 });
  });
});
