import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { TimestampError } from '../../attestation/attestation-error.ts';
import type { StampedBy } from '../../attestation/certificate-chain.ts';
import { renderDistinguishedName } from '../../attestation/distinguished-name.ts';
import { keyInLogBody } from '../../attestation/log-body.ts';
import type { LogEntry } from '../../attestation/log-entry.ts';
import { keyOfSpki } from '../../attestation/public-key.ts';
import {
  parseTimestampResponse,
  stampsThese,
  type TimestampResponse,
} from '../../attestation/timestamp-response.ts';
import type { TrustedRoot } from '../../attestation/trusted-root.ts';
import type { RefusedSignature } from '../../ports/signature-judge.ts';
import type { JudgedContent } from './judged-content.ts';
import { askLibrary, type Question } from './library-verifier.ts';
import { invalid, isRefusal } from './refusal.ts';

/** How much evidence policy demands at least, each from different authorities or logs. */
export interface Demand {
  readonly timestamps: number;
  readonly tlogs: number;
  readonly scts: number;
}

export interface Evidence {
  readonly root: TrustedRoot;
  readonly content: JudgedContent;
  readonly by: Question['by'];
  readonly timestamps: readonly Uint8Array[];
  readonly logEntries: readonly LogEntry[];
  readonly demand: Demand;
  /** Of the certificate: every proven time must lie inside, bounds included. */
  readonly validity?: { readonly notBefore: Date; readonly notAfter: Date };
  readonly signatureHolds: (key: KeyObject) => boolean;
}

/** A time that was proven, and who in the trusted root says so. */
export interface ProvenTime extends Omit<StampedBy, 'time'> {
  readonly time: Date;
}

/**
 * Times at which the signature existed, oldest first, by everybody in the trusted root who says so.
 * Evidence that is there must hold, whether it is demanded or not: what is ignored is what an attacker adds.
 */
export function judgeEvidence(evidence: Evidence): readonly ProvenTime[] | RefusedSignature {
  const stamps = readStamps(evidence);
  if (isRefusal(stamps)) return stamps;
  const logged = readEntries(evidence);
  if (isRefusal(logged)) return logged;
  const { timestamps, tlogs, scts } = evidence.demand;
  const authorities = new Set(stamps.map((stamp) => authorityOf(stamp)));
  if (authorities.size < timestamps) {
    return invalid(
      'SIGNATURE_TIMESTAMP_COUNT',
      `${timestamps} timestamps of different authorities are demanded, the bundle has ${authorities.size}`,
    );
  }
  const logs = new Set(evidence.logEntries.map(({ keyId }) => hex(keyId)));
  if (logs.size < tlogs) {
    return invalid(
      'SIGNATURE_LOG_COUNT',
      `entries of ${tlogs} transparency logs are demanded, the bundle has ${logs.size}`,
    );
  }
  const times = [...stamps.map((stamp) => stampedBy(stamp, evidence.root)), ...logged];
  // The library would fail on a certificate without any time; and the clock here proves nothing.
  if (times.length === 0 && evidence.by.kind === 'certificate') {
    return invalid(
      'SIGNATURE_NO_TIME',
      'neither a timestamp nor a log proves when the certificate signed, and the present says nothing of that',
    );
  }
  const refused = outsideValidity(evidence.validity, times);
  if (refused !== undefined) return refused;
  return (
    askLibrary({ ...evidence, scts }) ??
    times.toSorted((left, right) => left.time.getTime() - right.time.getTime())
  );
}

function outsideValidity(
  validity: Evidence['validity'],
  times: readonly ProvenTime[],
): RefusedSignature | undefined {
  if (validity === undefined) return undefined;
  const { notBefore, notAfter } = validity;
  const outside = times.find(({ time }) => time < notBefore || time > notAfter)?.time;
  if (outside === undefined) return undefined;
  return invalid(
    'SIGNATURE_CERTIFICATE_TIME',
    `the certificate was valid from ${utc(notBefore)} to ${utc(notAfter)}, the signature is of ${utc(outside)}`,
  );
}

/** UTC without a fraction that is zero. */
export function utc(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}

function readStamps({
  timestamps,
  content,
  root,
}: Evidence): readonly TimestampResponse[] | RefusedSignature {
  const stamps: TimestampResponse[] = [];
  const seen = new Set<string>();
  for (const der of timestamps) {
    let stamp: TimestampResponse;
    try {
      stamp = parseTimestampResponse(der);
    } catch (error) {
      if (!(error instanceof TimestampError)) throw error;
      return invalid(error.code, error.message);
    }
    if (!stampsThese(stamp, content.signature))
      return invalid('SIGNATURE_TIMESTAMP_IMPRINT', 'a timestamp is over another signature');
    if (!root.timestampAuthorities.some(({ chain: [leaf] }) => isBy(stamp, leaf))) {
      return invalid(
        'SIGNATURE_TIMESTAMP_AUTHORITY',
        'a timestamp is of an authority that the trusted root does not name',
      );
    }
    const name = `${authorityOf(stamp)} ${stamp.time.getTime()}`;
    if (seen.has(name))
      return invalid('SIGNATURE_TIMESTAMP_TWICE', 'a timestamp is in the bundle twice');
    seen.add(name);
    stamps.push(stamp);
  }
  return stamps;
}

function readEntries({ logEntries, root, by }: Evidence): readonly ProvenTime[] | RefusedSignature {
  const times: ProvenTime[] = [];
  const seen = new Set<string>();
  for (const entry of logEntries) {
    const id = hex(entry.keyId);
    const logs = root.transparencyLogs.filter(({ keyId }) => hex(keyId) === id);
    if (logs.length === 0) {
      return invalid(
        'SIGNATURE_LOG_UNKNOWN',
        `an entry is of the log ${id || 'without a name'}, which the trusted root does not name`,
      );
    }
    const name = `${id} ${hex(entry.body)}`;
    if (seen.has(name)) return invalid('SIGNATURE_LOG_TWICE', 'a log entry is in the bundle twice');
    seen.add(name);
    // Beyond these numbers the signed text of the promise is no longer the one that is compared.
    if (
      Number(entry.integratedTime) > 253_402_300_799 ||
      !Number.isSafeInteger(Number(entry.logIndex))
    )
      return invalid('SIGNATURE_LOG', 'a log entry has a time or an index beyond all logs');
    const problem = differentSigner(entry, by);
    if (problem !== undefined)
      return invalid('SIGNATURE_LOG_BODY', `a log entry is refused: ${problem}`);
    // Without the signed promise the time is nobody's word.
    if (entry.signedEntryTimestamp !== undefined && entry.integratedTime !== '0')
      times.push({
        time: new Date(Number(entry.integratedTime) * 1000),
        kind: 'transparency-log',
        name: oneOf(logs.map(({ baseUrl }) => baseUrl)),
      });
  }
  return times;
}

function stampedBy(stamp: TimestampResponse, root: TrustedRoot): ProvenTime {
  const names = root.timestampAuthorities.flatMap(({ chain: [leaf] }) =>
    leaf !== undefined && isBy(stamp, leaf) ? [renderDistinguishedName(leaf.subjectName)] : [],
  );
  return { time: stamp.time, kind: 'timestamp-authority', name: oneOf(names) };
}

/** A root may list one party several times, with several periods and names. */
function oneOf(names: readonly string[]): string {
  return [...new Set(names)].join(' or ');
}

/** The library compares signature and digest; whose certificate the log saw it leaves open. */
function differentSigner(entry: LogEntry, by: Question['by']): string | undefined {
  const named = keyInLogBody(entry);
  if (typeof named === 'string') return named;
  try {
    if (by.kind === 'certificate')
      return new X509Certificate(named).raw.equals(by.der)
        ? undefined
        : 'it was made for another certificate than the one in the bundle';
    return publicKeyOf(named).equals(by.publicKey) ? undefined : 'it was made for another key';
  } catch {
    return `its body holds no ${by.kind} where one belongs`;
  }
}

/** PEM in entries of the first version, DER in those of the second. */
function publicKeyOf(bytes: Uint8Array): KeyObject {
  const key = Buffer.from(bytes);
  return key.toString('latin1', 0, 5) === '-----' ? createPublicKey(key) : keyOfSpki(key);
}

function isBy(
  stamp: TimestampResponse,
  leaf: { readonly issuerName: Uint8Array; readonly serialNumber: Uint8Array } | undefined,
): boolean {
  return (
    leaf !== undefined &&
    hex(leaf.issuerName) === hex(stamp.signerIssuerName) &&
    hex(leaf.serialNumber) === hex(stamp.signerSerialNumber)
  );
}

function authorityOf({ signerIssuerName, signerSerialNumber }: TimestampResponse): string {
  return `${hex(signerIssuerName)} ${hex(signerSerialNumber)}`;
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}
