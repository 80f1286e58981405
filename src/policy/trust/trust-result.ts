import type { Digest } from '../../oci/digest.ts';

/** Which check a result belongs to. */
export type TrustTopic =
  | 'archive'
  | 'members'
  | 'images'
  | 'stray'
  | 'policy'
  | 'revoked'
  | 'clock'
  | 'expiry'
  | 'rollback'
  | 'attestations'
  | 'approvals';

/** What judging trust says about one thing; checks hand it on as it is. */
export interface TrustResult {
  readonly topic: TrustTopic;
  readonly outcome: 'pass' | 'fail' | 'not-applicable' | 'undecided';
  readonly subject: TrustSubject;
  readonly message: string;
  readonly code?: TrustCode | string;
  /** Of the check unless said. */
  readonly severity?: 'error' | 'warning' | 'note';
}

export interface TrustSubject {
  readonly kind: 'archive' | 'package' | 'image' | 'statement' | 'file';
  readonly name: string;
  readonly digest?: Digest;
}

/** Every guard of trust has its own. Public: never reused, never renamed. */
export type TrustCode =
  | 'TRUST_POLICY_EXPIRED'
  | 'TRUST_POLICY_OLDER' // than the one something was accepted under
  | 'TRUST_POLICY_ALTERED' // same version, other bytes
  | 'TRUST_NO_RULE'
  | 'TRUST_VERSION_UNKNOWN'
  | 'TRUST_NOT_IN_ROLE'
  | 'TRUST_THRESHOLD'
  | 'TRUST_SIGNER_NOT_YET_VALID'
  | 'TRUST_SIGNER_EXPIRED'
  | 'TRUST_SIGNER_REVOKED'
  | 'TRUST_TIMESTAMPS' // fewer signed times than demanded
  | 'TRUST_AGE'
  | 'TRUST_COUNTER'
  | 'TRUST_COUNTER_UNKNOWN'
  | 'TRUST_AUDIENCE'
  | 'TRUST_AUDIENCE_UNKNOWN'
  | 'TRUST_STATEMENTS_DIFFER'
  | 'TRUST_DIGEST_REVOKED'
  | 'TRUST_ATTESTATION_MISSING'
  | 'TRUST_ATTESTATION_REFUSED'
  | 'TRUST_APPROVALS_MISSING' // signed as demanded, and not approved by as many
  | 'TRUST_APPROVAL_DIGEST' // another state of what it names
  | 'TRUST_APPROVAL_OTHER' // of something else
  | 'TRUST_APPROVAL_CONTRADICTS' // names another release than its digest is of
  | 'TRUST_APPROVAL_ROLE' // given in a role that nobody asks for
  | 'TRUST_APPROVAL_REPEATED' // by one who has approved already
  | 'TRUST_APPROVAL_UNVERIFIED' // given for what had not passed
  | 'TRUST_SIGNATURE_STRAY'
  | 'TRUST_CLOCK'
  | 'TRUST_ENDS_SOON'
  | 'TRUST_ROLLBACK_COUNTER'
  | 'TRUST_ROLLBACK_VERSION'
  | 'TRUST_ROLLBACK_TIME'
  | 'TRUST_ROLLBACK_TWIN' // other content under what was accepted already
  | 'TRUST_ROLLBACK_UNKNOWN';
