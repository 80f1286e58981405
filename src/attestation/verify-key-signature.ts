import { constants, createHash, type KeyObject, publicDecrypt, verify } from 'node:crypto';
import { verifyP256Digest } from './ecdsa-p256.ts';
import { describePublicKey } from './public-key.ts';

/** ASN.1 of `DigestInfo { sha256, OCTET STRING (32) }` up to the digest. @see RFC 8017 §9.2, note 1 */
const sha256DigestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');

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
  if (!accepted) return false;
  if (kind === 'rsa') return verifyRsaDigest(key, digest, signature);
  const { x, y } = key.export({ format: 'jwk' });
  return verifyP256Digest(
    { x: Buffer.from(x ?? '', 'base64url'), y: Buffer.from(y ?? '', 'base64url') },
    digest,
    signature,
  );
}

/** The same over a message in memory, by node:crypto. */
export function verifyMessageSignature(
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!describePublicKey(key).accepted) return false;
  try {
    return verify('sha256', message, key, signature);
  } catch {
    return false;
  }
}

/** SHA-256 as bytes. */
export function sha256Of(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
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
