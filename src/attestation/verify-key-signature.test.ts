import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256Of, verifyDigestSignature, verifyMessageSignature } from './verify-key-signature.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signatureOf = (message: string) => sign('sha256', Buffer.from(message), rsa.privateKey);

describe('an RSA signature', () => {
  it('holds over the message and over its digest, and over no other', () => {
    const message = Buffer.from('a message');
    const signature = signatureOf('a message');
    expect(verifyMessageSignature(rsa.publicKey, message, signature)).toBe(true);
    expect(verifyDigestSignature(rsa.publicKey, sha256Of(message), signature)).toBe(true);
    expect(verifyDigestSignature(rsa.publicKey, sha256Of(Buffer.from('x')), signature)).toBe(false);
  });

  it('has the length of the modulus: one written without its leading zero holds in neither way', () => {
    let message = '';
    let signature = signatureOf(message);
    for (let count = 0; signature[0] !== 0; count++) {
      message = `${count}`;
      signature = signatureOf(message);
    }
    const bytes = Buffer.from(message);
    const shorter = signature.subarray(1);
    expect(verifyDigestSignature(rsa.publicKey, sha256Of(bytes), signature)).toBe(true);
    expect(verifyDigestSignature(rsa.publicKey, sha256Of(bytes), shorter)).toBe(false);
    expect(verifyMessageSignature(rsa.publicKey, bytes, shorter)).toBe(false);
  });
});
