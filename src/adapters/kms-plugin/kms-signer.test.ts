import { createHash, createVerify } from 'node:crypto';
import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PluginTemper, writeKmsPlugin } from '../../../test/support/kms-plugin.ts';
import { encodePreAuthentication, inTotoPayloadType } from '../../attestation/dsse.ts';
import { askPublicKey, type KmsKey, openKmsSigner } from './kms-signer.ts';
import { findPluginProgram } from './plugin-program.ts';

const run = { signal: new AbortController().signal };
const message = Buffer.from('what is signed');
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-kms-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function aKey(temper?: PluginTemper, settings: Partial<KmsKey> = {}, curve?: string) {
  const plugin = await writeKmsPlugin(folder, temper, curve);
  const key: KmsKey = {
    program: await findPluginProgram('test', plugin.path),
    resource: 'gap/key1',
    env: { PATH: process.env['PATH'] },
    now: () => new Date('2026-01-01T00:00:00Z'),
    timeoutMs: 20_000,
    ...settings,
  };
  return { key, plugin };
}

const callsOf = async (log: string) =>
  (await readFile(log, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

async function* inPieces(bytes: Uint8Array, size = 5): AsyncGenerator<Uint8Array> {
  // One piece of memory for all, as large files are read: a late reader would see other bytes.
  const lent = Buffer.alloc(size);
  for (let at = 0; at < bytes.byteLength; at += size) {
    const piece = bytes.subarray(at, at + size);
    lent.set(piece);
    yield lent.subarray(0, piece.byteLength);
  }
}

describe('a key behind a plugin', () => {
  it('signs a message, by two calls of the protocol', async () => {
    const { key, plugin } = await aKey();
    await using signer = await openKmsSigner(key, run);
    const signature = await signer.sign(message, run);
    expect(createVerify('sha256').update(message).verify(plugin.publicKey, signature)).toBe(true);
    expect(signer.tool).toEqual(key.program);
    const calls = await callsOf(plugin.log);
    const rpcOptions = { keyVersion: '', remoteVerification: false };
    const initOptions = {
      ctxDeadline: '2026-01-01T00:00:20.000Z',
      protocolVersion: 'v1',
      keyResourceID: 'gap/key1',
      hashFunc: 5,
      rpcOptions,
    };
    const digest = createHash('sha256').update(message).digest('base64');
    expect(calls.map(({ version }) => version)).toEqual(['v1', 'v1']);
    expect(calls.map(({ call }) => call)).toEqual([
      { initOptions, methodName: 'publicKey', publicKey: { publicKeyOptions: { rpcOptions } } },
      {
        initOptions,
        methodName: 'signMessage',
        signMessage: { signOptions: { rpcOptions, messageOptions: { digest } } },
      },
    ]);
  });

  it('signs what is too large for memory, and what begins as a statement does', async () => {
    const { key, plugin } = await aKey();
    const signer = await openKmsSigner(key, run);
    const large = Buffer.alloc(300_000, 'abcdefg');
    const known = createHash('sha256').update(large).digest();
    const made = await signer.signStream?.(inPieces(large, 4096), run, known);
    expect(
      createVerify('sha256')
        .update(large)
        .verify(plugin.publicKey, made?.signature ?? Buffer.of()),
    ).toBe(true);
    expect(known.equals(made?.digest ?? Buffer.of())).toBe(true);
    const without = await signer.signStream?.(inPieces(message), run);
    expect(
      createVerify('sha256')
        .update(message)
        .verify(plugin.publicKey, without?.signature ?? Buffer.of()),
    ).toBe(true);
    const statement = encodePreAuthentication(inTotoPayloadType, Buffer.from('{}'));
    await expect(signer.sign(statement, run)).resolves.toBeDefined();
  });

  it('hands none of our own secrets to the plugin', async () => {
    const env = {
      PATH: process.env['PATH'],
      TEST_PIN: '1234',
      COWA_KEY_PASSWORD: 'a',
      COSIGN_PASSWORD: 'b',
      COWA_IDENTITY_TOKEN: 'c',
      SIGSTORE_ID_TOKEN: 'd',
    };
    const { key, plugin } = await aKey('honest', { env });
    await askPublicKey(key, run);
    const [call] = await callsOf(plugin.log);
    expect(call.env).toContain('TEST_PIN');
    expect(call.env.filter((name: string) => /COWA|COSIGN|SIGSTORE/.test(name))).toEqual([]);
  });

  it('takes a good answer whatever the exit status, and does not wait for what the plugin left running', async () => {
    for (const temper of ['exit-seven', 'linger'] as const) {
      const { key } = await aKey(temper);
      const signer = await openKmsSigner(key, run);
      const began = performance.now();
      await expect(signer.sign(message, run), temper).resolves.toBeDefined();
      expect(performance.now() - began).toBeLessThan(10_000);
    }
  });
});

describe('a plugin that goes wrong', () => {
  it.each<{ temper: PluginTemper; code: string; says?: RegExp }>([
    { temper: 'nonsense-signature', code: 'KMS_SIGNATURE', says: /returned 70 bytes/ },
    { temper: 'other-key', code: 'KMS_SIGNATURE' },
    { temper: 'raw-signature', code: 'KMS_SIGNATURE', says: /returned 64 bytes/ },
    { temper: 'garbage', code: 'KMS_PLUGIN_ANSWER', says: /ended with status 0/ },
    { temper: 'empty', code: 'KMS_PLUGIN_ANSWER' },
    { temper: 'no-base64', code: 'KMS_PLUGIN_ANSWER', says: /no signMessage.signature/ },
    { temper: 'too-much', code: 'KMS_PLUGIN_OUTPUT' },
    {
      temper: 'refuses',
      code: 'KMS_PLUGIN_REFUSED',
      says: /says: wrong PIN \*\*\*\\u\{1b\}\[31m$/,
    },
    {
      temper: 'chatty-error',
      code: 'KMS_PLUGIN_ANSWER',
      says: /status 3, .*it said: token \*\*\* was refused$/,
    },
  ])('$temper: $code', async ({ temper, code, says }) => {
    const env = { PATH: process.env['PATH'], TEST_PIN: '1234', TEST_TOKEN: 'ey-secret' };
    const { key } = await aKey(temper, { env });
    const signer = await openKmsSigner(key, run);
    const digest = createHash('sha256').update(message).digest();
    const ways = [
      () => signer.sign(message, run),
      () => signer.signStream?.(inPieces(message), run, digest),
    ];
    for (const signing of code === 'KMS_SIGNATURE' ? ways : ways.slice(0, 1)) {
      const error: unknown = await Promise.resolve(signing()).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code, exitCode: 4 });
      if (says !== undefined) expect((error as Error).message).toMatch(says);
    }
  });

  it.each(['hang', 'hang-deaf'] as const)(
    '%s: is ended within the stated time, with everything it started: KMS_PLUGIN_TIMEOUT',
    async (temper) => {
      const { key, plugin } = await aKey(temper);
      const late = await openKmsSigner({ ...key, timeoutMs: 1_500 }, run);
      const large = Buffer.alloc(400_000);
      const digest = createHash('sha256').update(large).digest();
      const began = performance.now();
      await expect(late.signStream?.(inPieces(large, 65536), run, digest)).rejects.toMatchObject({
        code: 'KMS_PLUGIN_TIMEOUT',
        exitCode: 4,
      });
      expect(performance.now() - began).toBeLessThan(8_000);
      const { pid } = (await callsOf(plugin.log)).at(-1);
      await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
    },
  );

  it.each(['hang', 'hang-deaf'] as const)('%s: ends with the run', async (temper) => {
    const { key, plugin } = await aKey(temper);
    const signer = await openKmsSigner(key, run);
    const stopping = new AbortController();
    const signing = signer.sign(message, { signal: stopping.signal });
    signing.catch(() => undefined);
    await expect.poll(async () => (await callsOf(plugin.log)).length, { timeout: 20_000 }).toBe(2);
    const reason = new Error('Ctrl-C');
    stopping.abort(reason);
    await expect(signing).rejects.toBe(reason);
    const { pid } = (await callsOf(plugin.log)).at(-1);
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });

  it('cannot pass other content off by the digest it was told: SIGN_CONTENT_CHANGED', async () => {
    const { key } = await aKey('signs-digest-only');
    const signer = await openKmsSigner(key, run);
    const digest = createHash('sha256').update('what was promised').digest();
    await expect(signer.signStream?.(inPieces(message), run, digest)).rejects.toMatchObject({
      code: 'SIGN_CONTENT_CHANGED',
      exitCode: 3,
    });
  });

  it('has a key whose signatures nobody else verifies: SIGN_KEY_ALGORITHM', async () => {
    const { key } = await aKey('honest', {}, 'secp384r1');
    await expect(openKmsSigner(key, run)).rejects.toMatchObject({ code: 'SIGN_KEY_ALGORITHM' });
    await expect(askPublicKey(key, run)).resolves.toMatchObject({ kind: 'ecdsa-p384' });
  });

  it('changed since it was looked at: KMS_PLUGIN_DIGEST', async () => {
    const { key, plugin } = await aKey();
    const signer = await openKmsSigner(key, run);
    await appendFile(plugin.path, '// more\n');
    await expect(signer.sign(message, run)).rejects.toMatchObject({ code: 'KMS_PLUGIN_DIGEST' });
  });

  it('is no program: KMS_PLUGIN_UNUSABLE', async () => {
    const { key, plugin } = await aKey();
    await writeFile(plugin.path, '#!/nowhere/interpreter\n');
    const program = await findPluginProgram('test', plugin.path);
    await expect(askPublicKey({ ...key, program }, run)).rejects.toMatchObject({
      code: 'KMS_PLUGIN_UNUSABLE',
    });
  });
});

describe('findPluginProgram', () => {
  it('pins a program by its digest', async () => {
    const { plugin, key } = await aKey();
    const { digest } = key.program;
    expect(await findPluginProgram('test', `${plugin.path}@${digest}`)).toEqual(key.program);
    await expect(
      findPluginProgram('test', `${plugin.path}@sha256:${'0'.repeat(64)}`),
    ).rejects.toMatchObject({ code: 'KMS_PLUGIN_DIGEST', exitCode: 4 });
  });

  it.each([
    { what: 'the program of another scheme', scheme: 'other', code: 'KMS_PLUGIN_NAME' },
    { what: 'a missing one', remove: true, code: 'KMS_PLUGIN_UNUSABLE' },
    { what: 'one anybody may write', mode: 0o757, code: 'KMS_PLUGIN_UNUSABLE' },
    { what: 'one that is not executable', mode: 0o644, code: 'KMS_PLUGIN_UNUSABLE' },
  ])('refuses $what: $code', async ({ scheme = 'test', remove, mode, code }) => {
    const { path } = await writeKmsPlugin(folder);
    if (mode !== undefined) await chmod(path, mode);
    if (remove === true) await rm(path);
    await expect(findPluginProgram(scheme, path)).rejects.toMatchObject({ code, exitCode: 4 });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
