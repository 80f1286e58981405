import type { RefusedSignature } from '../../ports/signature-judge.ts';

/** Why a signature is refused. Codes are public: docs/signatures.md lists them. */
export type RefusalCode =
  | 'SIGNATURE_BASE64'
  | 'SIGNATURE_CERTIFICATE_CHAIN'
  | 'SIGNATURE_CERTIFICATE_TIME'
  | 'SIGNATURE_CONTENT'
  | 'SIGNATURE_DIGEST'
  | 'SIGNATURE_DIGEST_ALGORITHM'
  | 'SIGNATURE_DIGEST_MISSING'
  | 'SIGNATURE_EVIDENCE'
  | 'SIGNATURE_IDENTITY'
  | 'SIGNATURE_KEYID'
  | 'SIGNATURE_KEY_ALGORITHM'
  | 'SIGNATURE_KEY_FINGERPRINT'
  | 'SIGNATURE_KEY_UNREADABLE'
  | 'SIGNATURE_LOG'
  | 'SIGNATURE_LOG_BODY'
  | 'SIGNATURE_LOG_COUNT'
  | 'SIGNATURE_LOG_TWICE'
  | 'SIGNATURE_LOG_UNKNOWN'
  | 'SIGNATURE_MATERIAL_KIND'
  | 'SIGNATURE_MISMATCH'
  | 'SIGNATURE_NEEDS_CONTENT'
  | 'SIGNATURE_NO_TIME'
  | 'SIGNATURE_PAYLOAD_TYPE'
  | 'SIGNATURE_ROOT_DIGEST'
  | 'SIGNATURE_ROOT_MISSING'
  | 'SIGNATURE_SAN_PATTERN'
  | 'SIGNATURE_SCT'
  | 'SIGNATURE_SELF_SIGNED'
  | 'SIGNATURE_TIMESTAMP'
  | 'SIGNATURE_TIMESTAMP_AUTHORITY'
  | 'SIGNATURE_TIMESTAMP_COUNT'
  | 'SIGNATURE_TIMESTAMP_IMPRINT'
  | 'SIGNATURE_TIMESTAMP_TWICE';

/** Refusals of the strict readers keep their own codes. */
type ReaderCode = `${'SIGNATURE_BUNDLE' | 'CERTIFICATE' | 'TIMESTAMP' | 'TRUSTED_ROOT'}_${string}`;

/** Judged and found bad. */
export function invalid(code: RefusalCode | ReaderCode, reason: string): RefusedSignature {
  return { outcome: 'invalid', code, reason };
}

/** Could not be judged with what was given. */
export function undecided(code: RefusalCode | ReaderCode, reason: string): RefusedSignature {
  return { outcome: 'undecided', code, reason };
}

/** True for a refusal, whatever it is offered beside. */
export function isRefusal(value: object): value is RefusedSignature {
  return 'outcome' in value && (value.outcome === 'invalid' || value.outcome === 'undecided');
}
