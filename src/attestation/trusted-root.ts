import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { parseJsonStrict } from '../support/json-document.ts';
import { CertificateError, SignatureBundleError, TrustedRootError } from './attestation-error.ts';
import { type Certificate, parseCertificate, timeStampingUsage } from './certificate.ts';
import { isIssuedBy } from './certificate-path.ts';
import { describePublicKey, type KeyKind } from './public-key.ts';
import { decodeBase64, type JsonObject, listAt, objectAt, stringAt } from './strict-members.ts';

/** Whom a Sigstore instance consists of: everything that its signatures are judged by. */
export interface TrustedRoot {
  readonly transparencyLogs: readonly TrustedLog[];
  /** Certificate transparency: who logged the certificates. */
  readonly certificateLogs: readonly TrustedLog[];
  readonly certificateAuthorities: readonly TrustedAuthority[];
  readonly timestampAuthorities: readonly TrustedAuthority[];
}

export interface TrustedLog {
  readonly baseUrl: string;
  readonly keyId: Uint8Array;
  readonly publicKey: KeyObject;
  readonly validFor: ValidityPeriod;
}

export interface TrustedAuthority {
  /** From the issuer of leaves (for a timestamp authority its own leaf) to the self-signed root. */
  readonly chain: readonly Certificate[];
  readonly validFor: ValidityPeriod;
}

/** Both bounds belong to it; an absent one does not limit. */
export interface ValidityPeriod {
  readonly start?: Date;
  readonly end?: Date;
}

export const trustedRootMediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';

const maxRootBytes = 1024 * 1024;
const maxAuthorities = 64;
const maxChain = 8;
const keyKinds: Readonly<Record<string, KeyKind>> = {
  PKIX_ECDSA_P256_SHA_256: 'ecdsa-p256',
  PKIX_ECDSA_P384_SHA_384: 'ecdsa-p384',
  PKIX_RSA_PKCS1V15_2048_SHA256: 'rsa',
  PKIX_RSA_PKCS1V15_3072_SHA256: 'rsa',
  PKIX_RSA_PKCS1V15_4096_SHA256: 'rsa',
  PKIX_ED25519: 'ed25519',
};

/**
 * Reads `trusted_root.json` by the stricter rule wherever the readers of it differ: the validity of logs
 * has a start, keys hash to their ids, chains end in a self-signed root, and no member is unknown.
 * @throws TrustedRootError TRUSTED_ROOT_*
 * @see sigstore protobuf-specs, sigstore_trustroot.proto
 */
export function parseTrustedRoot(bytes: Uint8Array): TrustedRoot {
  if (bytes.byteLength > maxRootBytes) {
    throw new TrustedRootError(
      'TRUSTED_ROOT_SIZE',
      `the trusted root has ${bytes.byteLength} bytes, at most ${maxRootBytes} are read`,
    );
  }
  const { value, problem } = parseJsonStrict(bytes, { maxBytes: maxRootBytes, maxDepth: 12 });
  if (problem !== undefined) {
    throw new TrustedRootError(
      'TRUSTED_ROOT_JSON',
      `the trusted root is not strict JSON: ${problem.message} (line ${problem.line}, column ${problem.column})`,
    );
  }
  try {
    return readRoot(value);
  } catch (error) {
    if (!(error instanceof SignatureBundleError)) throw error;
    throw new TrustedRootError(
      'TRUSTED_ROOT_MEMBER',
      `the trusted root is refused: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

function readRoot(value: unknown): TrustedRoot {
  const root = objectAt(value, 'trusted root', [
    'mediaType',
    'tlogs',
    'ctlogs',
    'certificateAuthorities',
    'timestampAuthorities',
  ]);
  const mediaType = stringAt(root, 'mediaType', 'trusted root');
  if (mediaType !== trustedRootMediaType) {
    throw new TrustedRootError(
      'TRUSTED_ROOT_MEDIA_TYPE',
      `'${mediaType.slice(0, 100)}' is not ${trustedRootMediaType}`,
    );
  }
  return {
    transparencyLogs: each(root, 'tlogs', readLog),
    certificateLogs: each(root, 'ctlogs', readLog),
    certificateAuthorities: each(root, 'certificateAuthorities', readCertificateAuthority),
    timestampAuthorities: each(root, 'timestampAuthorities', readTimestampAuthority),
  };
}

function each<Entry>(
  root: JsonObject,
  name: string,
  read: (value: unknown, where: string) => Entry,
): readonly Entry[] {
  if (!Object.hasOwn(root, name)) return [];
  const entries = listAt(root, name, 'trusted root');
  if (entries.length > maxAuthorities) {
    throw new TrustedRootError(
      'TRUSTED_ROOT_SIZE',
      `the trusted root has ${entries.length} ${name}, at most ${maxAuthorities} are read`,
    );
  }
  return entries.map((entry, index) => read(entry, `${name}[${index}]`));
}

function readLog(value: unknown, where: string): TrustedLog {
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
  const validFor = readPeriod(key['validFor'], where);
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
  const spki = decodeBase64(key['rawBytes'], `${where}.publicKey.rawBytes`);
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (cause) {
    throw logFault(where, 'its public key is no SPKI that can be read', cause);
  }
  const { kind, bits } = describePublicKey(publicKey);
  const expected = Object.hasOwn(keyKinds, details) ? keyKinds[details] : undefined;
  const bitsFit = kind !== 'rsa' || details.includes(`_${bits ?? 0}_`);
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

function readCertificateAuthority(value: unknown, where: string): TrustedAuthority {
  const authority = readAuthority(value, where);
  if (!authority.chain.every((certificate) => certificate.isCa))
    throw authorityFault(where, 'its chain holds a certificate that is no authority');
  return authority;
}

/** The use of the leaf is looked at here, once, since readers do not. */
function readTimestampAuthority(value: unknown, where: string): TrustedAuthority {
  const authority = readAuthority(value, where);
  const [leaf, ...issuers] = authority.chain;
  if (leaf === undefined || issuers.length === 0)
    throw authorityFault(where, 'its own certificate must come first, and its root last');
  if (leaf.isCa || !issuers.every((certificate) => certificate.isCa))
    throw authorityFault(where, 'its first certificate, and no other, is the one that stamps');
  const [usage, ...others] = leaf.extendedKeyUsages;
  if (usage !== timeStampingUsage || others.length > 0) {
    throw authorityFault(
      where,
      'the extended key usage of its own certificate must be timeStamping and nothing else',
    );
  }
  return authority;
}

function readAuthority(value: unknown, where: string): TrustedAuthority {
  const authority = objectAt(value, where, ['subject', 'uri', 'certChain', 'validFor', 'operator']);
  if (Object.hasOwn(authority, 'subject')) {
    const subject = objectAt(authority['subject'], `${where}.subject`, [
      'organization',
      'commonName',
    ]);
    for (const name of Object.keys(subject)) stringAt(subject, name, `${where}.subject`);
  }
  if (Object.hasOwn(authority, 'uri')) stringAt(authority, 'uri', where);
  const list = objectAt(authority['certChain'], `${where}.certChain`, ['certificates']);
  const entries = listAt(list, 'certificates', `${where}.certChain`);
  if (entries.length === 0 || entries.length > maxChain)
    throw authorityFault(
      where,
      `its chain has ${entries.length} certificates; 1 to ${maxChain} are read`,
    );
  const chain = entries.map((entry) => {
    const { rawBytes } = objectAt(entry, `${where}.certChain`, ['rawBytes']);
    return readCertificate(decodeBase64(rawBytes, `${where}.certChain.rawBytes`), where);
  });
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1] ?? certificate;
    if (isIssuedBy(certificate, issuer)) continue;
    throw authorityFault(
      where,
      issuer === certificate
        ? 'its chain does not end in a self-signed root'
        : `certificate ${index + 1} of its chain is not issued by the next`,
    );
  }
  return { chain, validFor: readPeriod(authority['validFor'], where) };
}

function readCertificate(der: Uint8Array, where: string): Certificate {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    throw authorityFault(where, error.message, error);
  }
}

function readPeriod(value: unknown, where: string): ValidityPeriod {
  if (value === undefined) return {};
  const period = objectAt(value, `${where}.validFor`, ['start', 'end']);
  const start = timeAt(period, 'start', where);
  const end = timeAt(period, 'end', where);
  if (start !== undefined && end !== undefined && end < start) {
    throw new TrustedRootError(
      'TRUSTED_ROOT_VALIDITY',
      `${where} of the trusted root ends before it starts`,
    );
  }
  return { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
}

function timeAt(period: JsonObject, name: string, where: string): Date | undefined {
  if (!Object.hasOwn(period, name)) return undefined;
  const text = stringAt(period, name, `${where}.validFor`);
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z$/.exec(text);
  const iso = `${match?.[1]}.${(match?.[2] ?? '.').slice(1, 4).padEnd(3, '0')}Z`;
  const time = new Date(iso);
  if (match === null || Number.isNaN(time.getTime()) || time.toISOString() !== iso) {
    throw new TrustedRootError(
      'TRUSTED_ROOT_VALIDITY',
      `${where}.validFor.${name} of the trusted root is '${text.slice(0, 40)}', expected a time in UTC`,
    );
  }
  return time;
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

function authorityFault(where: string, problem: string, cause?: unknown): TrustedRootError {
  return new TrustedRootError(
    'TRUSTED_ROOT_AUTHORITY',
    `${where} of the trusted root is refused: ${problem}`,
    {
      cause,
      suggestions: [
        'List the chain from the certificate that signs to its self-signed root, as `cosign trusted-root create` does',
      ],
    },
  );
}
