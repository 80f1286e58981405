import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { KeyFileError } from './attestation-error.ts';
import { parseOnePemBlock } from './pem.ts';

/** `other` verifies nowhere that our archives travel. */
export type KeyKind = 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521' | 'rsa' | 'ed25519' | 'other';

/** A public key and the names by which it is known. */
export interface PublicKeyFacts {
  readonly kind: KeyKind;
  /** Modulus bits; RSA only. */
  readonly bits?: number;
  /** PEM, SPKI (`PUBLIC KEY`), as we write it. */
  readonly pem: string;
  readonly spki: Uint8Array;
  /** SHA-256 of the SPKI DER, lower-case hex. */
  readonly fingerprint: string;
  /** The same digest in base64, as signature bundles carry it. */
  readonly hint: string;
  /** True when cosign, Zarf and UDS verify what this key signs. */
  readonly accepted: boolean;
}

const curves: Readonly<Record<string, KeyKind>> = {
  prime256v1: 'ecdsa-p256',
  secp384r1: 'ecdsa-p384',
  secp521r1: 'ecdsa-p521',
};

/**
 * Reads a public key file: one PEM block, `PUBLIC KEY` (SPKI) or `RSA PUBLIC KEY` (PKCS#1).
 * @throws KeyFileError KEY_FORMAT, KEY_PRIVATE_GIVEN when it is a private key, KEY_KIND for certificates and others
 */
export function parsePublicKey(text: string): PublicKeyFacts {
  const { label, body } = parseOnePemBlock(text);
  if (label.endsWith('PRIVATE KEY')) {
    throw new KeyFileError(
      'KEY_PRIVATE_GIVEN',
      `expected a public key, found a private one ('${label}')`,
      {
        suggestions: ['cowa-release keys public --key <private key file> > cosign.pub'],
      },
    );
  }
  if (label !== 'PUBLIC KEY' && label !== 'RSA PUBLIC KEY') {
    throw new KeyFileError('KEY_KIND', `expected 'PUBLIC KEY', found '${label}'`, {
      suggestions: ['Of a certificate: openssl x509 -pubkey -noout -in <certificate> > cosign.pub'],
    });
  }
  let key: KeyObject;
  try {
    const type = label === 'PUBLIC KEY' ? 'spki' : 'pkcs1';
    key = createPublicKey({ key: Buffer.from(body), format: 'der', type });
  } catch (cause) {
    throw new KeyFileError('KEY_FORMAT', `the '${label}' block holds no key that can be read`, {
      cause,
    });
  }
  return describePublicKey(key);
}

/** A key from its SPKI DER. */
export function keyOfSpki(spki: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
}

/** Names and judges a public key (or the public half of a private one). */
export function describePublicKey(given: KeyObject): PublicKeyFacts {
  const key = given.type === 'private' ? createPublicKey(given) : given;
  const spki = key.export({ format: 'der', type: 'spki' });
  const digest = createHash('sha256').update(spki).digest();
  const bits =
    key.asymmetricKeyType === 'rsa' ? key.asymmetricKeyDetails?.modulusLength : undefined;
  const kind = kindOf(key);
  return {
    kind,
    ...(bits === undefined ? {} : { bits }),
    pem: key.export({ format: 'pem', type: 'spki' }).toString(),
    spki,
    fingerprint: digest.toString('hex'),
    hint: digest.toString('base64'),
    accepted: kind === 'ecdsa-p256' || (kind === 'rsa' && (bits ?? 0) >= 2048),
  };
}

function kindOf(key: KeyObject): KeyKind {
  if (key.asymmetricKeyType === 'rsa') return 'rsa';
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (key.asymmetricKeyType !== 'ec') return 'other';
  return curves[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'other';
}
