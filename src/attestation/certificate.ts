import { createPublicKey, type KeyObject } from 'node:crypto';
import { CertificateError } from './attestation-error.ts';
import { childrenOf, contentOf, DerFault, type DerNode, oidOf, parseDer, timeOf } from './der.ts';

/** What a certificate says. Nothing of it is verified. */
export interface Certificate {
  readonly der: Uint8Array;
  readonly serialNumber: Uint8Array;
  /** Distinguished names in DER; equal when their bytes are. */
  readonly issuerName: Uint8Array;
  readonly subjectName: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly isCa: boolean;
  /** Undefined when the certificate does not restrict its use. */
  readonly keyUsage: readonly KeyUsage[] | undefined;
  /** Object identifiers; empty when absent. */
  readonly extendedKeyUsages: readonly string[];
  readonly subjectAltNames: readonly SubjectAltName[];
  /** Who authenticated the subject, from Sigstore's extensions. */
  readonly oidcIssuer: string | undefined;
  /** Object identifiers of critical extensions that are not understood here. */
  readonly unknownCritical: readonly string[];
}

export type KeyUsage = 'digitalSignature' | 'keyCertSign';

export interface SubjectAltName {
  readonly kind: 'uri' | 'email' | 'username' | 'other';
  readonly text: string;
}

export const codeSigningUsage = '1.3.6.1.5.5.7.3.3';
export const timeStampingUsage = '1.3.6.1.5.5.7.3.8';

const maxCertificateBytes = 32 * 1024;
const oid = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  issuer: '1.3.6.1.4.1.57264.1.1',
  issuerText: '1.3.6.1.4.1.57264.1.8',
  username: '1.3.6.1.4.1.57264.1.7',
} as const;
const understoodWhenCritical: readonly string[] = [
  oid.keyUsage,
  oid.subjectAltName,
  oid.basicConstraints,
  oid.extendedKeyUsage,
];
/** Algorithms by which certificates are signed, as `Sigstore` instances use them. */
const signatureAlgorithms: readonly string[] = [
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
];

/**
 * Reads an X.509 certificate of version 3, strictly.
 * @throws CertificateError CERTIFICATE_DER, CERTIFICATE_FORM
 * @see RFC 5280 §4.1, §4.2
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.byteLength > maxCertificateBytes) {
    throw new CertificateError(
      'CERTIFICATE_DER',
      `a certificate of ${der.byteLength} bytes, at most ${maxCertificateBytes} are read`,
    );
  }
  try {
    return readCertificate(der);
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    throw new CertificateError(
      'CERTIFICATE_DER',
      `the certificate is not strict DER of version 3: ${error.message}`,
      { cause: error },
    );
  }
}

function readCertificate(der: Uint8Array): Certificate {
  const parts = childrenOf(parseDer(der), 0x30, 'a certificate');
  if (parts.length !== 3) throw new DerFault(`${parts.length} parts instead of 3`);
  const [tbs, outer, signature] = parts;
  contentOf(signature, 0x03, 'a signature');
  const fields = childrenOf(tbs, 0x30, 'the certificate to be signed');
  const [version, serial, inner, issuer, validity, subject, spki, ...more] = fields;
  const [number] = childrenOf(version, 0xa0, 'a version');
  if (!equal(contentOf(number, 0x02, 'a version'), [2])) throw form('it is not of version 3');
  if (inner === undefined || outer === undefined || !equal(inner.raw, outer.raw))
    throw form('it names two signature algorithms');
  const algorithm = oidOf(childrenOf(outer, 0x30, 'an algorithm')[0]);
  if (!signatureAlgorithms.includes(algorithm))
    throw form(`it is signed by the algorithm ${algorithm}, expected ECDSA or RSA with SHA-2`);
  const times = childrenOf(validity, 0x30, 'a validity');
  if (times.length !== 2) throw new DerFault('a validity is two times');
  // Unique identifiers ([1], [2]) are of a time before extensions; nobody writes them.
  if (more.length > 1) throw form('it has parts that are not read here');
  const extensions = readExtensions(more[0]);
  return {
    der,
    serialNumber: contentOf(serial, 0x02, 'a serial number'),
    issuerName: rawOf(issuer, 'an issuer'),
    subjectName: rawOf(subject, 'a subject'),
    notBefore: timeOf(times[0]),
    notAfter: timeOf(times[1]),
    publicKey: publicKeyOf(rawOf(spki, 'a public key')),
    isCa: isCa(extensions.get(oid.basicConstraints)),
    keyUsage: keyUsageOf(extensions.get(oid.keyUsage)),
    extendedKeyUsages: usagesOf(extensions.get(oid.extendedKeyUsage)),
    subjectAltNames: namesOf(extensions.get(oid.subjectAltName)),
    oidcIssuer: oidcIssuerOf(extensions),
    unknownCritical: [...extensions]
      .filter(([id, { critical }]) => critical && !understoodWhenCritical.includes(id))
      .map(([id]) => id),
  };
}

interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

function readExtensions(node: DerNode | undefined): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>();
  if (node === undefined) return found;
  const [list, ...rest] = childrenOf(node, 0xa3, 'extensions');
  if (rest.length > 0) throw new DerFault('two lists of extensions');
  for (const extension of childrenOf(list, 0x30, 'extensions')) {
    const parts = childrenOf(extension, 0x30, 'an extension');
    const id = oidOf(parts[0]);
    if (found.has(id)) throw form(`it has the extension ${id} twice`);
    const [flag, value] = parts.length === 3 ? [parts[1], parts[2]] : [undefined, parts[1]];
    if (parts.length < 2 || parts.length > 3) throw new DerFault('an extension of 2 or 3 parts');
    // A written default is BER: two encodings of one certificate.
    if (flag !== undefined && contentOf(flag, 0x01, 'a boolean')[0] !== 0xff)
      throw new DerFault('an extension that says it is not critical');
    found.set(id, {
      critical: flag !== undefined,
      value: contentOf(value, 0x04, 'the value of an extension'),
    });
  }
  return found;
}

function publicKeyOf(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new CertificateError(
      'CERTIFICATE_FORM',
      'the certificate holds no key that can be read',
      {
        cause,
      },
    );
  }
}

function isCa(extension: Extension | undefined): boolean {
  if (extension === undefined) return false;
  const [first] = childrenOf(parseDer(extension.value), 0x30, 'basic constraints');
  return first?.tag === 0x01 && first.content[0] === 0xff;
}

function keyUsageOf(extension: Extension | undefined): readonly KeyUsage[] | undefined {
  if (extension === undefined) return undefined;
  const bits = contentOf(parseDer(extension.value), 0x03, 'a key usage')[1] ?? 0;
  return [
    ...((bits & 0x80) === 0 ? [] : (['digitalSignature'] as const)),
    ...((bits & 0x04) === 0 ? [] : (['keyCertSign'] as const)),
  ];
}

function usagesOf(extension: Extension | undefined): readonly string[] {
  if (extension === undefined) return [];
  return childrenOf(parseDer(extension.value), 0x30, 'extended key usages').map(oidOf);
}

function namesOf(extension: Extension | undefined): readonly SubjectAltName[] {
  if (extension === undefined) return [];
  return childrenOf(parseDer(extension.value), 0x30, 'alternative names').map((name) => {
    if (name.tag === 0x86) return { kind: 'uri', text: printable(name.content) };
    if (name.tag === 0x81) return { kind: 'email', text: printable(name.content) };
    if (name.tag === 0xa0 && oidOf(name.children[0]) === oid.username) {
      const [value] = childrenOf(name.children[1], 0xa0, 'a name');
      return { kind: 'username', text: printable(contentOf(value, 0x0c, 'a text')) };
    }
    return { kind: 'other', text: '' };
  });
}

/** The newer extension holds a DER text, the older one bare bytes; both must say the same. */
function oidcIssuerOf(extensions: ReadonlyMap<string, Extension>): string | undefined {
  const text = extensions.get(oid.issuerText);
  const bare = extensions.get(oid.issuer);
  const newer =
    text === undefined ? undefined : printable(contentOf(parseDer(text.value), 0x0c, 'a text'));
  const older = bare === undefined ? undefined : printable(bare.value);
  if (newer !== undefined && older !== undefined && newer !== older)
    throw form('it names two issuers of its identity');
  return newer ?? older;
}

/** Text that is compared and shown: UTF-8 without control characters, of a size people can read. */
function printable(bytes: Uint8Array): string {
  if (bytes.byteLength === 0 || bytes.byteLength > 2048)
    throw form(`a name of ${bytes.byteLength} bytes; 1 to 2048 are read`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw form('a name that is not UTF-8');
  }
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) throw form('a name with control characters');
  return text;
}

function rawOf(node: DerNode | undefined, what: string): Uint8Array {
  childrenOf(node, 0x30, what);
  return node?.raw ?? new Uint8Array();
}

function equal(left: Uint8Array, right: Uint8Array | readonly number[]): boolean {
  return Buffer.from(left).equals(Buffer.from(right));
}

function form(problem: string): CertificateError {
  return new CertificateError('CERTIFICATE_FORM', `the certificate is refused: ${problem}`);
}
