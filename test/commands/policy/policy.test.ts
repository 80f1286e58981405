import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import PolicyCheck from '../../../src/commands/policy/check.ts';
import PolicyExplain from '../../../src/commands/policy/explain.ts';
import { schemaFaults } from '../../support/closed-schema.ts';

const root = join(import.meta.dirname, '../../..');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-policy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  process.exitCode = undefined;
  vi.unstubAllEnvs();
});

async function aPolicy(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), `apiVersion: cowa-release/policy/v1\n${text}`);
  return join(folder, name);
}
const day = (inDays: number) =>
  new Date(Date.now() + inDays * 86_400_000).toISOString().slice(0, 10);
const waiver = (expires: string) =>
  `waivers:\n  - { check: oci/platform, subject: "*/api:*", owner: jane@example.mil, reason: until the rebuild, expires: ${expires} }\n`;
const check = async (...args: readonly string[]) => {
  const captured = await captureOutput<Awaited<ReturnType<PolicyCheck['run']>>>(() =>
    PolicyCheck.run([...args], { root }),
  );
  return { ...captured, exitCode: process.exitCode };
};
const explain = (...args: readonly string[]) =>
  captureOutput<Awaited<ReturnType<PolicyExplain['run']>>>(() =>
    PolicyExplain.run([...args], { root }),
  );

describe('policy check', () => {
  it.each([
    ['one that holds', day(300), 0, 0, 'is a policy: waivers that hold 1, that ran out 0'],
    ['one that ends soon', day(5), 0, 1, 'ends soon'],
    ['one that ran out', day(-1), 1, 1, 'ran out on'],
  ])('judges waivers: %s', async (_name, expires, code, warnings, words) => {
    const file = await aPolicy('waiver.yaml', waiver(expires));
    const { stdout, result, exitCode } = await check(file);
    expect([exitCode ?? 0, result?.warnings.length]).toEqual([code, warnings]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(words);
    expect(schemaFaults('policy-check-result', result)).toEqual([]);
  });

  it('warns as early as asked', async () => {
    const file = await aPolicy('early.yaml', waiver(day(50)));
    expect((await check(file)).result?.warnings).toEqual([]);
    expect((await check(file, '--warn-days', '60')).result?.warnings).toHaveLength(1);
  });

  it('tells every error with its place', async () => {
    const file = await aPolicy(
      'bad.yaml',
      'severity:\n  oci/platfrom: note\n  oci/blob-digest: note\n',
    );
    const { error } = await check(file);
    expect(error).toMatchObject({ code: 'POLICY_INVALID', exitCode: 2 });
    expect(error?.message).toContain("did you mean 'oci/platform'?");
    expect(error?.message).toContain('oci/blob-digest cannot be lowered');
    expect(error?.message).toMatch(/:3:/);
  });
});

describe('policy explain', () => {
  it('says what holds without a policy', async () => {
    const { stdout, result } = await explain();
    expect(stdout).toMatch(/^the built-in policy\n/);
    expect(result).toMatchObject({ location: null, weakens: [], strengthens: [] });
    expect(schemaFaults('policy-explain-result', result)).toEqual([]);
  });

  it('says where a policy asks for less and for more', async () => {
    const file = await aPolicy(
      'full.yaml',
      [
        'uri: https://example.mil/policies/il5',
        'required: [container, checksums, oci, definition, bundle]',
        'failOn: [warning, undecided]',
        'severity: { oci/platform: note, bundle/variables: error }',
        'thresholds: { warnings: 0 }',
        'budgets: [{ kind: image, name: "*", max: 2GB, min: 1KiB }]',
        waiver('2126-12-31'),
      ].join('\n'),
    );
    vi.stubEnv('COWA_POLICY', file);
    const { stdout, result } = await explain();
    expect(result?.weakens).toEqual([
      'an archive may pass without signature',
      'oci/platform is a note, not an error',
      'oci/platform for */api:* is waived until 2126-12-31',
    ]);
    expect(result?.strengthens).toEqual([
      'bundle must have been decided for a pass',
      'a warning fails, too',
      'every check must have been decided',
      'bundle/variables is an error, not a warning',
      'at most 0 warnings',
      'sizes are limited: 1',
    ]);
    expect(stdout).toContain('named https://example.mil/policies/il5');
    expect(stdout).toContain('image *: at least 1.0 KiB, at most');
    expect(schemaFaults('policy-explain-result', result)).toEqual([]);
  });
});
