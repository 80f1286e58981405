import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtInPolicy } from '../policy/policy.ts';
import { trustSettings } from './trust-settings.ts';

const pem = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'pem',
    type: 'spki',
  });
const policy = 'apiVersion: cowa-release/policy/v1\nrequired: [container]\n';
let root = '';
let folder = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cowa-trust-'));
  folder = join(root, 'etc');
  await mkdir(folder, { mode: 0o755 });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const settings = (
  more: { readonly key?: string; readonly policy?: string; readonly administratorId?: number } = {},
) =>
  trustSettings({ administratorFolder: folder, administratorId: process.getuid?.() ?? 0, ...more });
async function put(name: string, content: string | Buffer, mode = 0o644): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

describe('trustSettings', () => {
  it('trusts nobody and the built-in policy where nothing is given', async () => {
    expect(await settings()).toEqual({ policy: builtInPolicy });
    await rm(folder, { recursive: true });
    expect(await settings()).toEqual({ policy: builtInPolicy });
  });

  it("takes key and policy from the administrator's folder, and says so", async () => {
    const key = await put('release.pub', pem());
    const path = await put('policy.yaml', policy);
    const found = await settings();
    expect(found.key?.origin).toBe(key);
    expect(found.policy).toMatchObject({
      origin: { location: path, digest: expect.stringMatching(/^sha256:/) },
      required: ['container'],
    });
  });

  it('prefers what was named', async () => {
    await put('release.pub', pem());
    await put('policy.yaml', policy);
    const own = join(root, 'own.pub');
    await writeFile(own, pem());
    expect((await settings({ key: own })).key?.origin).toBe(own);
  });

  it.each([
    ['a policy that its group may write', () => put('policy.yaml', policy, 0o664)],
    ['a policy that all may write', () => put('policy.yaml', policy, 0o646)],
    ['a key that its group may write', () => put('release.pub', pem(), 0o664)],
    [
      'a folder that all may write',
      async () => {
        await put('policy.yaml', policy);
        await chmod(folder, 0o777);
      },
    ],
  ])('refuses %s, and does not pass it over', async (_name, make) => {
    await make();
    await expect(settings()).rejects.toMatchObject({ code: 'TRUST_FOLDER_UNSAFE', exitCode: 4 });
  });

  it('refuses what belongs to somebody else', async () => {
    await put('policy.yaml', policy);
    await expect(
      settings({ administratorId: (process.getuid?.() ?? 0) + 1 }),
    ).rejects.toMatchObject({ code: 'TRUST_FOLDER_UNSAFE' });
  });

  it('says so when the folder cannot be looked at', async () => {
    await rm(folder, { recursive: true });
    await symlink(folder, folder);
    await expect(settings()).rejects.toMatchObject({
      code: 'TRUST_FOLDER_UNREADABLE',
      exitCode: 4,
    });
  });

  it('refuses a policy it cannot read or understand, wherever it is', async () => {
    await expect(settings({ policy: join(root, 'none.yaml') })).rejects.toMatchObject({
      code: 'POLICY_UNREADABLE',
      exitCode: 2,
    });
    await put('policy.yaml', 'apiVersion: cowa-release/policy/v1\nrequired: [signatur]\n');
    await expect(settings()).rejects.toMatchObject({ code: 'POLICY_INVALID' });
  });
});
