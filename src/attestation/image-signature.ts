import { createHash } from 'node:crypto';
import { parseJsonStrict } from '../support/json-document.ts';
import { KeyFileError } from './attestation-error.ts';
import { parseOnePemBlock } from './pem.ts';

/** Annotations of a layer that hold a signature by certificate over an image. */
const names = {
  certificate: 'dev.sigstore.cosign/certificate',
  log: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
} as const;

/** What an image signature by certificate consists of, as a layout carries it. */
export interface CertificateEvidence {
  readonly payload: Uint8Array;
  /** Base64. */
  readonly signature: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Whether a signature over an image is by certificate. */
export function isByCertificate(annotations: Readonly<Record<string, string>>): boolean {
  return Object.hasOwn(annotations, names.certificate);
}

/**
 * The same as a signature bundle of version 0.1, which knows the promise of the log that images carry: so
 * one judge decides. A chain that is carried along is left out: intermediates come from the trusted root.
 * Undefined where certificate, log entry or timestamp are not of the form that is known.
 * @see cosign, SIGNATURE_SPEC.md
 */
export function imageSignatureBundle({
  payload,
  signature,
  annotations,
}: CertificateEvidence): Uint8Array | undefined {
  const certificate = certificateOf(annotations[names.certificate] ?? '');
  const log = annotations[names.log];
  const entry = log === undefined ? [] : logEntryOf(log);
  const stamp = annotations[names.timestamp];
  const timestamp = stamp === undefined ? [] : timestampOf(stamp);
  if (certificate === undefined || entry === undefined || timestamp === undefined) return undefined;
  const digest = createHash('sha256').update(payload).digest('base64');
  return Buffer.from(
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
      verificationMaterial: {
        x509CertificateChain: { certificates: [{ rawBytes: certificate }] },
        ...(entry.length === 0 ? {} : { tlogEntries: entry }),
        ...(timestamp.length === 0
          ? {}
          : { timestampVerificationData: { rfc3161Timestamps: timestamp } }),
      },
      messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature },
    }),
  );
}

/** DER in base64. */
function certificateOf(pem: string): string | undefined {
  try {
    const { label, body } = parseOnePemBlock(pem);
    return label === 'CERTIFICATE' ? Buffer.from(body).toString('base64') : undefined;
  } catch (error) {
    if (error instanceof KeyFileError) return undefined;
    throw error;
  }
}

function logEntryOf(text: string): readonly object[] | undefined {
  const document = membersOf(parsed(text), ['Payload', 'SignedEntryTimestamp']);
  const payload = membersOf(document?.['Payload'], ['body', 'integratedTime', 'logID', 'logIndex']);
  const promise = document?.['SignedEntryTimestamp'];
  if (payload === undefined || typeof promise !== 'string') return undefined;
  const { body, integratedTime, logID, logIndex } = payload;
  if (typeof body !== 'string' || typeof logID !== 'string' || !/^[0-9a-f]{64}$/.test(logID))
    return undefined;
  if (!isCount(integratedTime) || !isCount(logIndex)) return undefined;
  const entry = parsed(Buffer.from(body, 'base64').toString('utf8'));
  if (typeof entry !== 'object' || entry === null) return undefined;
  if (!('kind' in entry) || !('apiVersion' in entry)) return undefined;
  return [
    {
      logIndex: `${logIndex}`,
      logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
      kindVersion: { kind: entry.kind, version: entry.apiVersion },
      integratedTime: `${integratedTime}`,
      inclusionPromise: { signedEntryTimestamp: promise },
      canonicalizedBody: body,
    },
  ];
}

function timestampOf(text: string): readonly object[] | undefined {
  const signedTimestamp = membersOf(parsed(text), ['SignedRFC3161Timestamp'])?.[
    'SignedRFC3161Timestamp'
  ];
  return typeof signedTimestamp === 'string' ? [{ signedTimestamp }] : undefined;
}

function parsed(text: string): unknown {
  const { value, problem } = parseJsonStrict(Buffer.from(text), {
    maxBytes: 256 * 1024,
    maxDepth: 12,
  });
  return problem === undefined ? value : undefined;
}

/** An object with these members and no other. */
function membersOf(
  value: unknown,
  wanted: readonly string[],
): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = Object.fromEntries(Object.entries(value));
  const has = Object.keys(members).toSorted().join(' ');
  return has === wanted.toSorted().join(' ') ? members : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
