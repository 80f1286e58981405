import { parseJsonStrict } from '../support/json-document.ts';
import { SignatureBundleError } from './attestation-error.ts';
import { type LogEntry, parseLogEntry } from './log-entry.ts';
import { decodeBase64, type JsonObject, listAt, objectAt, stringAt } from './strict-members.ts';

/** What proves who signed. Which kind is acceptable is policy's to say, before anything is verified. */
export type VerificationMaterial =
  | { readonly kind: 'publicKey'; readonly hint?: string }
  | { readonly kind: 'certificate'; readonly certificate: Uint8Array }
  | { readonly kind: 'x509CertificateChain'; readonly certificates: readonly Uint8Array[] };

export type SignatureContent =
  | MessageSignature
  | { readonly kind: 'dsseEnvelope'; readonly envelope: DsseEnvelope };

export interface MessageSignature {
  readonly kind: 'messageSignature';
  /** Of the signed file; some signers of whole messages (Ed25519) leave it out. */
  readonly digest?: { readonly algorithm: BundleDigestAlgorithm; readonly bytes: Uint8Array };
  readonly signature: Uint8Array;
}

export type BundleDigestAlgorithm = 'SHA2_256' | 'SHA2_384' | 'SHA2_512';

/** One signature, as signature bundles allow. */
export interface DsseEnvelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly keyid: string;
}

/** A Sigstore bundle of which every byte was understood. */
export interface SignatureBundle {
  readonly version: '0.1' | '0.2' | '0.3';
  readonly material: VerificationMaterial;
  readonly content: SignatureContent;
  /** Entries of the transparency log; their form was checked, not their proofs. */
  readonly logEntries: readonly LogEntry[];
  /** DER of RFC 3161 responses, not verified. */
  readonly timestamps: readonly Uint8Array[];
}

/** The media type of bundles we write. */
export const signatureBundleMediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** Ceilings in bytes: one signature by key needs 1 KiB, a keyless statement 100 KiB. */
const maxSignatureBundleBytes = 1024 * 1024;

const versions: Readonly<Record<string, SignatureBundle['version']>> = {
  [signatureBundleMediaType]: '0.3',
  'application/vnd.dev.sigstore.bundle+json;version=0.1': '0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2': '0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3': '0.3',
};
const digestLengths: Readonly<Record<BundleDigestAlgorithm, number>> = {
  SHA2_256: 32,
  SHA2_384: 48,
  SHA2_512: 64,
};
const maxEntries = 32;

/**
 * Reads a Sigstore bundle by rules at least as narrow as those of every reader we know, so that no
 * file means one thing to us and another to them.
 * @throws SignatureBundleError SIGNATURE_BUNDLE_*
 * @see sigstore protobuf-specs, sigstore_bundle.proto
 */
export function parseSignatureBundle(
  bytes: Uint8Array,
  maxBytes = maxSignatureBundleBytes,
): SignatureBundle {
  if (bytes.byteLength > maxBytes) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_SIZE',
      `the signature bundle has ${bytes.byteLength} bytes, at most ${maxBytes} are read`,
    );
  }
  const { value, problem } = parseJsonStrict(bytes, { maxBytes, maxDepth: 12 });
  if (problem !== undefined) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_JSON',
      `the signature bundle is not strict JSON: ${problem.message} (line ${problem.line}, column ${problem.column})`,
    );
  }
  const bundle = objectAt(value, 'bundle', [
    'mediaType',
    'verificationMaterial',
    'messageSignature',
    'dsseEnvelope',
  ]);
  const mediaType = stringAt(bundle, 'mediaType', 'bundle');
  const version = Object.hasOwn(versions, mediaType) ? versions[mediaType] : undefined;
  if (version === undefined) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_MEDIA_TYPE',
      `'${mediaType.slice(0, 100)}' is not the media type of a signature bundle of version 0.1, 0.2 or 0.3`,
    );
  }
  const material = objectAt(bundle['verificationMaterial'], 'verificationMaterial', [
    'publicKey',
    'certificate',
    'x509CertificateChain',
    'tlogEntries',
    'timestampVerificationData',
  ]);
  return {
    version,
    material: parseMaterial(material, version),
    content: parseContent(bundle),
    logEntries: parseLogEntries(material, version),
    timestamps: parseTimestamps(material),
  };
}

function parseMaterial(
  material: JsonObject,
  version: SignatureBundle['version'],
): VerificationMaterial {
  const kinds = ['publicKey', 'certificate', 'x509CertificateChain'].filter((name) =>
    Object.hasOwn(material, name),
  );
  if (kinds.length !== 1) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_MATERIAL',
      `expected one of publicKey, certificate, x509CertificateChain, found ${kinds.join(' and ') || 'none'}`,
    );
  }
  if (kinds[0] === 'publicKey') {
    const key = objectAt(material['publicKey'], 'publicKey', ['hint']);
    return {
      kind: 'publicKey',
      ...(Object.hasOwn(key, 'hint') ? { hint: stringAt(key, 'hint', 'publicKey') } : {}),
    };
  }
  if (kinds[0] === 'certificate')
    return { kind: 'certificate', certificate: rawBytes(material['certificate'], 'certificate') };
  if (version === '0.3') {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_MATERIAL',
      'a bundle of version 0.3 must not hold x509CertificateChain',
    );
  }
  const chain = objectAt(material['x509CertificateChain'], 'x509CertificateChain', [
    'certificates',
  ]);
  const certificates = listAt(chain, 'certificates', 'x509CertificateChain').map((entry) =>
    rawBytes(entry, 'certificates'),
  );
  if (certificates.length === 0 || certificates.length > maxEntries) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_ENTRIES',
      `a chain of ${certificates.length} certificates; 1 to ${maxEntries} are read`,
    );
  }
  return { kind: 'x509CertificateChain', certificates };
}

function parseContent(bundle: JsonObject): SignatureContent {
  const hasMessage = Object.hasOwn(bundle, 'messageSignature');
  if (hasMessage === Object.hasOwn(bundle, 'dsseEnvelope')) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_CONTENT',
      `expected one of messageSignature, dsseEnvelope, found ${hasMessage ? 'both' : 'none'}`,
    );
  }
  return hasMessage
    ? parseMessageSignature(bundle['messageSignature'])
    : { kind: 'dsseEnvelope', envelope: parseEnvelope(bundle['dsseEnvelope']) };
}

function parseMessageSignature(value: unknown): SignatureContent {
  const message = objectAt(value, 'messageSignature', ['messageDigest', 'signature']);
  return {
    kind: 'messageSignature',
    ...parseDigest(message['messageDigest']),
    signature: decodeBase64(message['signature'], 'messageSignature.signature'),
  };
}

/** cosign writes an empty object for signatures that are made over no digest. */
function parseDigest(value: unknown): Pick<MessageSignature, 'digest'> {
  if (value === undefined) return {};
  const digest = objectAt(value, 'messageDigest', ['algorithm', 'digest']);
  if (Object.keys(digest).length === 0) return {};
  const algorithm = stringAt(digest, 'algorithm', 'messageDigest');
  if (!isDigestAlgorithm(algorithm)) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_DIGEST_ALGORITHM',
      `'${algorithm.slice(0, 60)}' is not SHA2_256, SHA2_384 or SHA2_512`,
    );
  }
  const bytes = decodeBase64(digest['digest'], 'messageDigest.digest');
  if (bytes.byteLength !== digestLengths[algorithm]) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_DIGEST_ALGORITHM',
      `a ${algorithm} digest has ${digestLengths[algorithm]} bytes, found ${bytes.byteLength}`,
    );
  }
  return { digest: { algorithm, bytes } };
}

function parseEnvelope(value: unknown): DsseEnvelope {
  const envelope = objectAt(value, 'dsseEnvelope', ['payload', 'payloadType', 'signatures']);
  const signatures = listAt(envelope, 'signatures', 'dsseEnvelope');
  if (signatures.length !== 1) {
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_DSSE',
      `an envelope in a bundle carries one signature, found ${signatures.length}`,
    );
  }
  const signature = objectAt(signatures[0], 'signatures[0]', ['sig', 'keyid']);
  return {
    payloadType: stringAt(envelope, 'payloadType', 'dsseEnvelope'),
    payload: decodeBase64(envelope['payload'], 'dsseEnvelope.payload'),
    signature: decodeBase64(signature['sig'], 'signatures[0].sig'),
    keyid: Object.hasOwn(signature, 'keyid') ? stringAt(signature, 'keyid', 'signatures[0]') : '',
  };
}

/** Which proof of the log a version demands: its promise at first, inclusion since. */
function parseLogEntries(
  material: JsonObject,
  version: SignatureBundle['version'],
): readonly LogEntry[] {
  if (!Object.hasOwn(material, 'tlogEntries')) return [];
  const entries = listAt(material, 'tlogEntries', 'verificationMaterial');
  limitEntries('tlogEntries', entries.length);
  return entries.map((value) => {
    const entry = parseLogEntry(value);
    const proven =
      version === '0.1'
        ? entry.signedEntryTimestamp !== undefined
        : entry.proof?.checkpoint !== undefined;
    if (proven) return entry;
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_LOG_PROOF',
      `a log entry of a bundle of version ${version} must have ${version === '0.1' ? 'an inclusion promise' : 'an inclusion proof with a checkpoint'}`,
    );
  });
}

function parseTimestamps(material: JsonObject): readonly Uint8Array[] {
  if (!Object.hasOwn(material, 'timestampVerificationData')) return [];
  const data = objectAt(material['timestampVerificationData'], 'timestampVerificationData', [
    'rfc3161Timestamps',
  ]);
  if (!Object.hasOwn(data, 'rfc3161Timestamps')) return [];
  const stamps = listAt(data, 'rfc3161Timestamps', 'timestampVerificationData');
  limitEntries('rfc3161Timestamps', stamps.length);
  return stamps.map((stamp) =>
    decodeBase64(
      objectAt(stamp, 'rfc3161Timestamps', ['signedTimestamp'])['signedTimestamp'],
      'signedTimestamp',
    ),
  );
}

function limitEntries(name: string, count: number): void {
  if (count > maxEntries)
    throw new SignatureBundleError(
      'SIGNATURE_BUNDLE_ENTRIES',
      `${count} ${name}, at most ${maxEntries} are read`,
    );
}

function rawBytes(value: unknown, where: string): Uint8Array {
  return decodeBase64(objectAt(value, where, ['rawBytes'])['rawBytes'], `${where}.rawBytes`);
}

function isDigestAlgorithm(text: string): text is BundleDigestAlgorithm {
  return Object.hasOwn(digestLengths, text);
}
