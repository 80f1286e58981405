import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { renderPrivateKey } from '../attestation/key-file.ts';
import { renderPkcs8Key } from '../attestation/pkcs8-file.ts';
import { describePublicKey, type PublicKeyFacts } from '../attestation/public-key.ts';

const generatePair = promisify(generateKeyPair);

export type GeneratedKeyType = 'ecdsa-p256' | 'rsa-3072';

/** `cosign`: what cosign, Zarf and UDS open. `pkcs8`: what FIPS mode allows, and they do not open. */
export type KeyFileFormat = 'cosign' | 'pkcs8';

export interface GeneratedKey {
  /** PEM, encrypted. */
  readonly privateText: string;
  readonly facts: PublicKeyFacts;
}

/**
 * Makes a key pair and its encrypted file.
 * @param random gives that many random bytes
 * @throws KeyAccessError KEY_FIPS
 */
export async function generateKey(
  { type, format }: { readonly type: GeneratedKeyType; readonly format: KeyFileFormat },
  password: Uint8Array,
  random: (bytes: number) => Uint8Array,
): Promise<GeneratedKey> {
  const privateKey: KeyObject =
    type === 'rsa-3072'
      ? (await generatePair('rsa', { modulusLength: 3072 })).privateKey
      : (await generatePair('ec', { namedCurve: 'P-256' })).privateKey;
  return {
    privateText:
      format === 'pkcs8'
        ? renderPkcs8Key(privateKey, password, { salt: random(16), iv: random(16) })
        : renderPrivateKey(privateKey, password, { salt: random(32), nonce: random(24) }),
    facts: describePublicKey(privateKey),
  };
}
