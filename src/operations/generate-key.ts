import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type KeyFileRandomness, renderPrivateKey } from '../attestation/key-file.ts';
import { describePublicKey, type PublicKeyFacts } from '../attestation/public-key.ts';

const generatePair = promisify(generateKeyPair);

export type GeneratedKeyType = 'ecdsa-p256' | 'rsa-3072';

export interface GeneratedKey {
  /** PEM, encrypted. */
  readonly privateText: string;
  readonly facts: PublicKeyFacts;
}

/** Makes a key pair and its encrypted file. @throws KeyAccessError KEY_FIPS */
export async function generateKey(
  type: GeneratedKeyType,
  password: Uint8Array,
  randomness: KeyFileRandomness,
): Promise<GeneratedKey> {
  const privateKey: KeyObject =
    type === 'rsa-3072'
      ? (await generatePair('rsa', { modulusLength: 3072 })).privateKey
      : (await generatePair('ec', { namedCurve: 'P-256' })).privateKey;
  return {
    privateText: renderPrivateKey(privateKey, password, randomness),
    facts: describePublicKey(privateKey),
  };
}
