import type { KeyObject } from 'node:crypto';
import { RFC3161Timestamp, X509Certificate } from '@sigstore/core';
import {
  type SignedEntity,
  type TrustMaterial,
  VerificationError,
  Verifier,
} from '@sigstore/verify';
import type { LogEntry } from '../../attestation/log-entry.ts';
import type { TrustedLog } from '../../attestation/trusted-log.ts';
import type { TrustedAuthority, TrustedRoot } from '../../attestation/trusted-root.ts';
import { sha256Of } from '../../attestation/verify-key-signature.ts';
import type { RefusedSignature } from '../../ports/signature-judge.ts';
import { type JudgedContent, sha256OfContent } from './judged-content.ts';
import { invalid, type RefusalCode } from './refusal.ts';

/** What the library is asked, in the words of our own strict readers. */
export interface Question {
  readonly root: TrustedRoot;
  readonly content: JudgedContent;
  readonly by:
    | { readonly kind: 'key'; readonly publicKey: KeyObject }
    | { readonly kind: 'certificate'; readonly der: Uint8Array };
  readonly timestamps: readonly Uint8Array[];
  readonly logEntries: readonly LogEntry[];
  readonly scts: number;
  /** The signature itself, judged by our own code. */
  readonly signatureHolds: (key: KeyObject) => boolean;
}

/**
 * Lets the library verify what is beyond a key: chains at every stamped time, SCTs, promises and proofs
 * of logs, tokens of timestamp authorities. It is given nothing that our readers did not understand, and
 * whatever it throws is a refusal: it also throws plain type errors at evidence that is missing.
 */
export function askLibrary(question: Question): RefusedSignature | undefined {
  try {
    const verifier = new Verifier(materialOf(question), {
      tlogThreshold: 0,
      timestampThreshold: 0,
      ctlogThreshold: question.scts,
    });
    verifier.verify(entityOf(question));
    return undefined;
  } catch (error) {
    return refusalOf(error);
  }
}

const endOfTime = new Date(8_640_000_000_000_000);

function materialOf({ root, by }: Question): TrustMaterial {
  return {
    certificateAuthorities: root.certificateAuthorities.map(authorityOf),
    timestampAuthorities: root.timestampAuthorities.map(authorityOf),
    tlogs: root.transparencyLogs.map(logOf),
    ctlogs: root.certificateLogs.map(logOf),
    publicKey: () => {
      if (by.kind !== 'key') throw new TypeError('no key is trusted here');
      // When a key may sign is for policy, which sees the stamped times.
      return { publicKey: by.publicKey, validFor: () => true };
    },
  };
}

function authorityOf({
  chain,
  validFor,
}: TrustedAuthority): TrustMaterial['certificateAuthorities'][number] {
  return {
    certChain: chain.map(({ der }) => X509Certificate.parse(Buffer.from(der))),
    validFor: { start: validFor.start ?? new Date(0), end: validFor.end ?? endOfTime },
  };
}

function logOf({
  baseUrl,
  keyId,
  publicKey,
  validFor,
}: TrustedLog): TrustMaterial['tlogs'][number] {
  return {
    logID: Buffer.from(keyId),
    baseURL: baseUrl,
    publicKey,
    validFor: { start: validFor.start ?? endOfTime, end: validFor.end ?? endOfTime },
  };
}

function entityOf(question: Question): SignedEntity {
  const { content, by, timestamps } = question;
  const tlogEntries = question.logEntries.map(entryOf);
  const signature = Buffer.from(content.signature);
  const signed = Buffer.from(sha256OfContent(content.signed));
  const named = content.statement === undefined ? signed : sha256Of(content.statement.payload);
  return {
    signature: {
      signature,
      compareSignature: (other) => signature.equals(other),
      compareDigest: (other) => Buffer.from(named).equals(other),
      compareSignedDigest: (other) => signed.equals(other),
      verifySignature: question.signatureHolds,
    },
    key:
      by.kind === 'key'
        ? { $case: 'public-key', hint: '' }
        : { $case: 'certificate', certificate: X509Certificate.parse(Buffer.from(by.der)) },
    tlogEntries,
    timestamps: [
      ...tlogEntries
        .filter(({ integratedTime }) => integratedTime !== '0')
        .map((tlogEntry) => ({ $case: 'transparency-log' as const, tlogEntry })),
      ...timestamps.map((der) => ({
        $case: 'timestamp-authority' as const,
        timestamp: RFC3161Timestamp.parse(Buffer.from(der)),
      })),
    ],
  };
}

function entryOf(entry: LogEntry): SignedEntity['tlogEntries'][number] {
  const { proof, signedEntryTimestamp } = entry;
  return {
    logIndex: entry.logIndex,
    logId: { keyId: Buffer.from(entry.keyId ?? []) },
    kindVersion: { kind: entry.kind ?? '', version: entry.version ?? '' },
    integratedTime: entry.integratedTime,
    inclusionPromise:
      signedEntryTimestamp === undefined
        ? undefined
        : { signedEntryTimestamp: Buffer.from(signedEntryTimestamp) },
    inclusionProof:
      proof === undefined
        ? undefined
        : {
            logIndex: proof.logIndex,
            treeSize: proof.treeSize,
            rootHash: Buffer.from(proof.rootHash ?? []),
            hashes: proof.hashes.map((hash) => Buffer.from(hash)),
            checkpoint: { envelope: proof.checkpoint ?? '' },
          },
    canonicalizedBody: Buffer.from(entry.body ?? []),
  };
}

function refusalOf(error: unknown): RefusedSignature {
  if (!(error instanceof VerificationError)) {
    return invalid(
      'SIGNATURE_EVIDENCE',
      'certificate, timestamp or log entry are of a form that cannot be verified',
    );
  }
  const { code } = error;
  if (code === 'TIMESTAMP_ERROR') {
    return invalid(
      'SIGNATURE_TIMESTAMP',
      'a timestamp is not one of its authority over this signature, or was made outside the validity of the authority',
    );
  }
  if (code === 'CERTIFICATE_ERROR') {
    // Only the chain has a cause of its own.
    return error.cause === undefined
      ? invalid(
          'SIGNATURE_SCT',
          'the certificate does not prove as often as demanded that a trusted log knows it (SCT)',
        )
      : invalid(
          'SIGNATURE_CERTIFICATE_CHAIN',
          'no authority of the trusted root issued the certificate, or none at the stamped time',
        );
  }
  if (code === 'SIGNATURE_ERROR') {
    return invalid(
      'SIGNATURE_MISMATCH',
      'the signature was not made over these bytes with the key of its certificate',
    );
  }
  if (code === 'TLOG_BODY_ERROR') {
    return invalid('SIGNATURE_LOG_BODY', 'a log entry is about another signature or another file');
  }
  return invalid(logCode(code), 'a log entry is not one of its log: promise or proof do not hold');
}

function logCode(code: string): RefusalCode {
  return code.startsWith('TLOG_') ? 'SIGNATURE_LOG' : 'SIGNATURE_EVIDENCE';
}
