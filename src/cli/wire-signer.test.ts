import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { renderPrivateKey } from '../attestation/key-file.ts';
import { openSigning } from './wire-signer.ts';

const run = { signal: new AbortController().signal };

it('keeps signatures where it is told, and nowhere else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cowa-wire-signer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const reference = join(folder, 'a.key');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secrets = { salt: randomBytes(32), nonce: randomBytes(24) };
  const password = join(folder, 'password');
  await writeFile(password, 'p');
  await writeFile(reference, renderPrivateKey(privateKey, Buffer.from('p'), secrets));
  const open = (cacheDir: string | undefined) =>
    openSigning({ kind: 'key', key: { reference, passwordFile: password } }, cacheDir, run);
  expect(Object.keys(await open(undefined))).not.toContain('cache');
  expect((await open(folder)).cache).toBeDefined();
});
