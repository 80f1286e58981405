import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { TrustedRootError } from './attestation-error.ts';
import { describePublicKey, type KeyKind } from './public-key.ts';
import { decodeBase64, type JsonObject, objectAt, stringAt } from './strict-members.ts';
import { readValidityPeriod, type ValidityPeriod } from './validity-period.ts';

/** A transparency log, or a log of certificates. */
export interface TrustedLog {
  readonly baseUrl: string;
  readonly keyId: Uint8Array;
  readonly publicKey: KeyObject;
  readonly validFor: ValidityPeriod;
}

const keyKinds: Readonly<Record<string, KeyKind>> = {
  PKIX_ECDSA_P256_SHA_256: 'ecdsa-p256',
  PKIX_ECDSA_P384_SHA_384: 'ecdsa-p384',
  PKIX_RSA_PKCS1V15_2048_SHA256: 'rsa',
  PKIX_RSA_PKCS1V15_3072_SHA256: 'rsa',
  PKIX_RSA_PKCS1V15_4096_SHA256: 'rsa',
  PKIX_ED25519: 'ed25519',
  // Old names without a size; the first is no SPKI but the bare RSA key.
  PKCS1_RSA_PKCS1V5: 'rsa',
  PKIX_RSA_PKCS1V5: 'rsa',
};

/**
 * Reads one log of a trusted root.
 * @throws TrustedRootError TRUSTED_ROOT_LOG, TRUSTED_ROOT_VALIDITY
 */
export function readTrustedLog(value: unknown, where: string): TrustedLog {
  const log = objectAt(value, where, [
    'baseUrl',
    'hashAlgorithm',
    'publicKey',
    'logId',
    'checkpointKeyId',
    'operator',
  ]);
  const key = objectAt(log['publicKey'], `${where}.publicKey`, [
    'rawBytes',
    'keyDetails',
    'validFor',
  ]);
  const hash = stringAt(log, 'hashAlgorithm', where);
  if (hash !== 'SHA2_256') throw logFault(where, `its hash is ${hash.slice(0, 40)}, not SHA2_256`);
  const baseUrl = stringAt(log, 'baseUrl', where);
  const publicKey = readLogKey(key, where);
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const keyId = idAt(log, 'logId', where);
  const known = [createHash('sha256').update(spki).digest(), checkpointKeyId(baseUrl, publicKey)];
  if (!known.some((id) => id?.equals(keyId)))
    throw logFault(where, 'its keyId is not the SHA-256 of its public key');
  // Another id for the checkpoints would let one log speak under two names.
  if (Object.hasOwn(log, 'checkpointKeyId') && !keyId.equals(idAt(log, 'checkpointKeyId', where)))
    throw logFault(where, 'its checkpointKeyId is not its keyId');
  const validFor = readValidityPeriod(key['validFor'], where);
  if (validFor.start === undefined) {
    throw new TrustedRootError(
      'TRUSTED_ROOT_VALIDITY',
      `${where} of the trusted root does not say from when its key is valid; cosign refuses such a root, other readers take it for always`,
      { suggestions: ['Write publicKey.validFor.start of every log'] },
    );
  }
  return { baseUrl, keyId, publicKey, validFor };
}

function readLogKey(key: JsonObject, where: string): KeyObject {
  const details = stringAt(key, 'keyDetails', `${where}.publicKey`);
  const bytes = decodeBase64(key['rawBytes'], `${where}.publicKey.rawBytes`);
  const type = details === 'PKCS1_RSA_PKCS1V5' ? 'pkcs1' : 'spki';
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey({ key: Buffer.from(bytes), format: 'der', type });
  } catch (cause) {
    throw logFault(where, 'its public key cannot be read', cause);
  }
  const { kind, bits } = describePublicKey(publicKey);
  const expected = Object.hasOwn(keyKinds, details) ? keyKinds[details] : undefined;
  const sized = details.includes('PKCS1V15');
  const bitsFit =
    kind !== 'rsa' || (sized ? details.includes(`_${bits ?? 0}_`) : (bits ?? 0) >= 2048);
  if (expected !== kind || !bitsFit)
    throw logFault(where, `its key is of the kind ${kind}, keyDetails say ${details.slice(0, 60)}`);
  return publicKey;
}

/** The id of an Ed25519 log in signed notes: over its name and its bare key. @see C2SP signed-note */
function checkpointKeyId(baseUrl: string, key: KeyObject): Buffer | undefined {
  if (key.asymmetricKeyType !== 'ed25519' || !URL.canParse(baseUrl)) return undefined;
  const bare = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  return createHash('sha256')
    .update(`${new URL(baseUrl).host}\n\u0001`)
    .update(bare)
    .digest();
}

function idAt(log: JsonObject, name: string, where: string): Buffer {
  const id = objectAt(log[name], `${where}.${name}`, ['keyId']);
  return Buffer.from(decodeBase64(id['keyId'], `${where}.${name}.keyId`));
}

function logFault(where: string, problem: string, cause?: unknown): TrustedRootError {
  return new TrustedRootError(
    'TRUSTED_ROOT_LOG',
    `${where} of the trusted root is refused: ${problem}`,
    { cause },
  );
}
