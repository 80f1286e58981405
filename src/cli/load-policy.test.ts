import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import { loadPolicy } from './load-policy.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-policy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, 'policy.yaml');
  await writeFile(path, text);
  return path;
}

describe('the policy of a file', () => {
  it('is the built-in one without a file', async () => {
    expect(await loadPolicy(undefined)).toBe(builtInPolicy);
  });

  it('says where it comes from, by path and digest', async () => {
    const text = 'apiVersion: cowa-release/policy/v1\n';
    const path = await file(text);
    expect((await loadPolicy(path)).origin).toEqual({ location: path, digest: digestOf(text) });
  });

  it('that is not what the schema says is POLICY_INVALID, with its place', async () => {
    const path = await file('apiVersion: cowa-release/policy/v1\nbudgts: []\n');
    await expect(loadPolicy(path)).rejects.toMatchObject({
      code: 'POLICY_INVALID',
      exitCode: 2,
      message: expect.stringContaining(`${path}:2`),
    });
  });

  it('that is not there is POLICY_UNREADABLE', async () => {
    await expect(loadPolicy(join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'POLICY_UNREADABLE',
      exitCode: 2,
    });
  });

  it('of more than a mebibyte is not read: POLICY_UNREADABLE', async () => {
    const path = await file(`# ${'x'.repeat(2 ** 20)}\n`);
    await expect(loadPolicy(path)).rejects.toMatchObject({ code: 'POLICY_UNREADABLE' });
  });
});
