import { constants, createHash, type KeyObject, publicDecrypt, verify } from 'node:crypto';
import { type EcdsaCurve, verifyEcdsaDigest } from './ecdsa-digest.ts';
import { describePublicKey, type KeyKind } from './public-key.ts';
import { factsOfAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';

/** ASN.1 of `DigestInfo { sha256, OCTET STRING (32) }` up to the digest. @see RFC 8017 §9.2, note 1 */
const sha256DigestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');

const curves: Readonly<Partial<Record<KeyKind, EcdsaCurve>>> = {
  'ecdsa-p256': 'P-256',
  'ecdsa-p384': 'P-384',
  'ecdsa-p521': 'P-521',
};

/** What was signed: the bytes, or their SHA-256 when they were hashed elsewhere. */
export type SignedContent = { readonly bytes: Uint8Array } | { readonly sha256: Uint8Array };

/**
 * Whether the key made this signature by this algorithm. `needs-bytes`: a digest was given, and the
 * algorithm does not sign SHA-256 digests. False for a key of another kind than the algorithm's.
 */
export function verifySignature(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  content: SignedContent,
  signature: Uint8Array,
): boolean | 'needs-bytes' {
  const { kind, hash } = factsOfAlgorithm(algorithm);
  const facts = describePublicKey(key);
  if (facts.kind !== kind || (kind === 'rsa' && !facts.accepted)) return false;
  if ('bytes' in content) return verifyBytes(key, hash, content.bytes, signature);
  if (hash !== 'sha256') return 'needs-bytes';
  return verifyDigest(key, kind, content.sha256, signature);
}

/**
 * True when the key signed this SHA-256 digest: ECDSA P-256 in DER, or RSA PKCS#1 v1.5 from 2048 bits.
 * The algorithm follows from the trusted key alone; keys of other kinds sign nothing here.
 */
export function verifyDigestSignature(
  key: KeyObject,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { kind, accepted } = describePublicKey(key);
  return accepted && verifyDigest(key, kind, digest, signature);
}

/** The same over a message in memory, by node:crypto. */
export function verifyMessageSignature(
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return describePublicKey(key).accepted && verifyBytes(key, 'sha256', message, signature);
}

/** SHA-256 as bytes. */
export function sha256Of(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

function verifyBytes(
  key: KeyObject,
  hash: string | undefined,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    return verify(hash, message, key, signature);
  } catch {
    return false;
  }
}

function verifyDigest(
  key: KeyObject,
  kind: KeyKind,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const curve = curves[kind];
  if (curve === undefined) return verifyRsaDigest(key, digest, signature);
  const { x, y } = key.export({ format: 'jwk' });
  return verifyEcdsaDigest(
    curve,
    { x: Buffer.from(x ?? '', 'base64url'), y: Buffer.from(y ?? '', 'base64url') },
    digest,
    signature,
  );
}

function verifyRsaDigest(key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  if (signature.byteLength * 8 !== key.asymmetricKeyDetails?.modulusLength) return false;
  try {
    const info = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return info.equals(Buffer.concat([sha256DigestInfo, digest]));
  } catch {
    return false;
  }
}
