import type { RefusedSignature } from '../../ports/signature-judge.ts';

/** Why a signature is refused. Codes are public: `docs/signatures.md` lists them. */
export type RefusalCode =
  | 'SIGNATURE_BASE64'
  | 'SIGNATURE_CONTENT'
  | 'SIGNATURE_DIGEST'
  | 'SIGNATURE_DIGEST_ALGORITHM'
  | 'SIGNATURE_DIGEST_MISSING'
  | 'SIGNATURE_KEYID'
  | 'SIGNATURE_KEY_ALGORITHM'
  | 'SIGNATURE_KEY_FINGERPRINT'
  | 'SIGNATURE_KEY_UNREADABLE'
  | 'SIGNATURE_MATERIAL_KIND'
  | 'SIGNATURE_MISMATCH'
  | 'SIGNATURE_NEEDS_CONTENT'
  | 'SIGNATURE_PAYLOAD_TYPE';

/** Judged and found bad. */
export function invalid(
  code: RefusalCode | `SIGNATURE_BUNDLE_${string}`,
  reason: string,
): RefusedSignature {
  return { outcome: 'invalid', code, reason };
}

/** Could not be judged with what was given. */
export function undecided(code: RefusalCode, reason: string): RefusedSignature {
  return { outcome: 'undecided', code, reason };
}

/** True for a refusal, whatever it is offered beside. */
export function isRefusal(value: object): value is RefusedSignature {
  return 'outcome' in value && (value.outcome === 'invalid' || value.outcome === 'undecided');
}
