import { parseJsonStrict } from '../support/json-document.ts';
import { CertificateError, SignatureBundleError, TrustedRootError } from './attestation-error.ts';
import { type Certificate, parseCertificate, timeStampingUsage } from './certificate.ts';
import { isIssuedBy } from './certificate-path.ts';
import { decodeBase64, type JsonObject, listAt, objectAt, stringAt } from './strict-members.ts';
import { readTrustedLog, type TrustedLog } from './trusted-log.ts';
import { readValidityPeriod, type ValidityPeriod } from './validity-period.ts';

/** Whom a Sigstore instance consists of: everything that its signatures are judged by. */
export interface TrustedRoot {
  readonly transparencyLogs: readonly TrustedLog[];
  /** Certificate transparency: who logged the certificates. */
  readonly certificateLogs: readonly TrustedLog[];
  readonly certificateAuthorities: readonly TrustedAuthority[];
  readonly timestampAuthorities: readonly TrustedAuthority[];
}

export interface TrustedAuthority {
  /** From the issuer of leaves (for a timestamp authority its own leaf) to the self-signed root. */
  readonly chain: readonly Certificate[];
  readonly validFor: ValidityPeriod;
}

export const trustedRootMediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';

const maxRootBytes = 1024 * 1024;
const maxAuthorities = 64;
const maxChain = 8;

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
    return readRoot(withoutNulls(value));
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

/** In protobuf JSON a null is an absent member; programs that make roots write it. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
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
    transparencyLogs: each(root, 'tlogs', readTrustedLog),
    certificateLogs: each(root, 'ctlogs', readTrustedLog),
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
  return { chain, validFor: readValidityPeriod(authority['validFor'], where) };
}

function readCertificate(der: Uint8Array, where: string): Certificate {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    throw authorityFault(where, error.message, error);
  }
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
