import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeySigner } from '../adapters/sigstore/key-signer.ts';
import { SigstoreJudge } from '../adapters/sigstore/signature-judge.ts';
import { digestOf } from '../oci/digest.ts';
import type { Signer } from '../ports/signer.ts';
import { signBlobBundle } from './sign-blob.ts';
import { signOnce } from './sign-once.ts';

const run = { signal: new AbortController().signal };
const text = Buffer.from('what is signed');

/** A signer that answers with whatever it is given: what a faulty plugin may do. */
function aSigner(curve: string, answer: (message: Uint8Array) => Uint8Array): Signer {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return {
    material: { kind: 'key', spki, algorithm: 'ecdsa-p256-sha256' },
    sign: async (message) => answer(message),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

describe('signing a file', () => {
  it('is refused for a key whose signatures nobody else verifies: SIGN_KEY_ALGORITHM', async () => {
    const signer = aSigner('secp384r1', () => new Uint8Array());
    await expect(signBlobBundle(text, signer, run)).rejects.toMatchObject({
      code: 'SIGN_KEY_ALGORITHM',
      exitCode: 2,
    });
  });

  it('finds out when the signer answers with nonsense, or with the signature of another key: SIGN_SELF_CHECK', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    for (const answer of [
      () => new Uint8Array(70).fill(120),
      (message: Uint8Array) => sign('sha256', message, privateKey),
    ]) {
      const signer = aSigner('prime256v1', answer);
      await expect(signBlobBundle(text, signer, run)).rejects.toMatchObject({
        code: 'SIGN_SELF_CHECK',
        exitCode: 4,
      });
    }
  });
});

describe('signing once', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const ports = { signer: new KeySigner(privateKey), judge: new SigstoreJudge() };

  it('keeps nothing when the content is not of the digest it is said to have: SIGN_CONTENT_CHANGED', async () => {
    const kept: unknown[] = [];
    const cache = {
      find: async () => undefined,
      keep: async (...all: unknown[]) => void kept.push(all),
    };
    const changed = { digest: digestOf(text), open: () => Buffer.from('what came instead') };
    await expect(signOnce(changed, { ...ports, cache }, run)).rejects.toMatchObject({
      code: 'SIGN_CONTENT_CHANGED',
      exitCode: 3,
    });
    expect(kept).toEqual([]);
    await signOnce({ digest: digestOf(text), open: () => text }, { ...ports, cache }, run);
    expect(kept).toHaveLength(1);
  });
});
