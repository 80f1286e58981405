import { createHash } from 'node:crypto';
import { TimestampError } from './attestation-error.ts';
import { childrenOf, contentOf, DerFault, type DerNode, oidOf, parseDer, timeOf } from './der.ts';

/** What an RFC 3161 response says. Its signature is not verified. */
export interface TimestampResponse {
  readonly time: Date;
  /** Issuer (DER) and serial number of the certificate that stamped. */
  readonly signerIssuerName: Uint8Array;
  readonly signerSerialNumber: Uint8Array;
  /** What was stamped. */
  readonly imprint: { readonly hash: StampHash; readonly digest: Uint8Array };
}

export type StampHash = 'sha256' | 'sha384' | 'sha512';

const maxResponseBytes = 64 * 1024;
const hashes: Readonly<Record<string, StampHash>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** How tokens may be signed. RSA beyond SHA-256 is not verified by the library behind this. */
const signatures: Readonly<Record<string, readonly StampHash[]>> = {
  '1.2.840.10045.4.3.2': ['sha256'],
  '1.2.840.10045.4.3.3': ['sha384'],
  '1.2.840.10045.4.3.4': ['sha512'],
  '1.2.840.113549.1.1.1': ['sha256'],
  '1.2.840.113549.1.1.11': ['sha256'],
};
const oid = {
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
} as const;

/**
 * Reads a granted response with one signer, strictly.
 * @throws TimestampError TIMESTAMP_DER, TIMESTAMP_FORM, TIMESTAMP_ALGORITHM
 * @see RFC 3161 §2.4.2, RFC 5652 §5
 */
export function parseTimestampResponse(der: Uint8Array): TimestampResponse {
  if (der.byteLength > maxResponseBytes) {
    throw new TimestampError(
      'TIMESTAMP_DER',
      `a timestamp of ${der.byteLength} bytes, at most ${maxResponseBytes} are read`,
    );
  }
  try {
    return readResponse(der);
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    throw new TimestampError('TIMESTAMP_DER', `the timestamp is not strict DER: ${error.message}`, {
      cause: error,
    });
  }
}

/** True when the stamp is over these bytes. */
export function stampsThese({ imprint }: TimestampResponse, stamped: Uint8Array): boolean {
  return createHash(imprint.hash).update(stamped).digest().equals(imprint.digest);
}

function readResponse(der: Uint8Array): TimestampResponse {
  const [status, token, ...rest] = childrenOf(parseDer(der), 0x30, 'a response');
  const code = contentOf(childrenOf(status, 0x30, 'a status')[0], 0x02, 'a status');
  if (code.byteLength !== 1 || (code[0] ?? 2) > 1) throw form('the authority did not grant it');
  if (token === undefined || rest.length > 0) throw form('it holds no token');
  const [type, wrapped] = childrenOf(token, 0x30, 'a token');
  if (oidOf(type) !== oid.signedData) throw form('its token is no signed data');
  const [signed] = childrenOf(wrapped, 0xa0, 'signed data');
  const fields = childrenOf(signed, 0x30, 'signed data');
  const content = childrenOf(fields[2], 0x30, 'the signed content');
  if (oidOf(content[0]) !== oid.timestampInfo) throw form('what is signed is no time');
  const [octets] = childrenOf(content[1], 0xa0, 'the signed content');
  const info = contentOf(octets, 0x04, 'the signed content');
  const signers = childrenOf(fields.at(-1), 0x31, 'signers');
  if (signers.length !== 1) throw form(`it has ${signers.length} signers, expected one`);
  return { ...readInfo(info), ...readSigner(signers[0], info) };
}

function readInfo(bytes: Uint8Array): Pick<TimestampResponse, 'time' | 'imprint'> {
  const [version, policy, imprint, , time] = childrenOf(parseDer(bytes), 0x30, 'a time');
  if (contentOf(version, 0x02, 'a version')[0] !== 1) throw form('it is not of version 1');
  oidOf(policy);
  const [algorithm, digest] = childrenOf(imprint, 0x30, 'an imprint');
  const hash = hashOf(algorithm, 'its imprint');
  const fraction = /\.(\d+)Z$/.exec(Buffer.from(time?.content ?? []).toString('latin1'))?.[1];
  // The library behind this reads none or three digits, and DER drops a last zero.
  if (fraction !== undefined && fraction.length !== 3)
    throw form('its time has a fraction of a second that not every reader can read');
  return { time: timeOf(time), imprint: { hash, digest: contentOf(digest, 0x04, 'an imprint') } };
}

function readSigner(
  node: DerNode | undefined,
  info: Uint8Array,
): Pick<TimestampResponse, 'signerIssuerName' | 'signerSerialNumber'> {
  const [, who, digest, attributes, algorithm, signature] = childrenOf(node, 0x30, 'a signer');
  const [issuer, serial] = childrenOf(who, 0x30, 'issuer and serial number of the signer');
  childrenOf(issuer, 0x30, 'an issuer');
  const hash = hashOf(digest, 'its signer');
  checkAttributes(childrenOf(attributes, 0xa0, 'signed attributes'), hash, info);
  const by = oidOf(childrenOf(algorithm, 0x30, 'an algorithm')[0]);
  const allowed = Object.hasOwn(signatures, by) ? signatures[by] : undefined;
  // For plain RSA the hash is named by the signer's digest alone.
  if (allowed === undefined || (by.startsWith('1.2.840.113549') && !allowed.includes(hash))) {
    throw new TimestampError(
      'TIMESTAMP_ALGORITHM',
      `the timestamp is signed by the algorithm ${by} with ${hash}; ECDSA with SHA-2, or RSA with SHA-256, is judged`,
      { suggestions: ['Give the authority an ECDSA key'] },
    );
  }
  contentOf(signature, 0x04, 'a signature');
  return {
    signerIssuerName: issuer?.raw ?? new Uint8Array(),
    signerSerialNumber: contentOf(serial, 0x02, 'a serial number'),
  };
}

/** Both attributes once each: which of two a reader takes is not ours to guess. */
function checkAttributes(list: readonly DerNode[], hash: StampHash, info: Uint8Array): void {
  const found = new Map<string, DerNode | undefined>();
  for (const attribute of list) {
    const [type, values] = childrenOf(attribute, 0x30, 'an attribute');
    const id = oidOf(type);
    if (found.has(id)) throw form('one of its attributes is there twice');
    const [value, ...more] = childrenOf(values, 0x31, 'values');
    if (more.length > 0) throw form('one of its attributes has two values');
    found.set(id, value);
  }
  const type = found.get(oid.contentType);
  if (type === undefined || oidOf(type) !== oid.timestampInfo)
    throw form('its attributes do not say that a time is signed');
  const digest = contentOf(found.get(oid.messageDigest), 0x04, 'a digest of what is signed');
  if (!createHash(hash).update(info).digest().equals(digest))
    throw form('its attributes are about another time');
}

function hashOf(node: DerNode | undefined, what: string): StampHash {
  const id = oidOf(childrenOf(node, 0x30, 'a hash algorithm')[0]);
  const hash = Object.hasOwn(hashes, id) ? hashes[id] : undefined;
  if (hash === undefined)
    throw new TimestampError(
      'TIMESTAMP_ALGORITHM',
      `the timestamp is refused: ${what} uses the hash ${id}`,
    );
  return hash;
}

function form(problem: string): TimestampError {
  return new TimestampError('TIMESTAMP_FORM', `the timestamp is refused: ${problem}`);
}
