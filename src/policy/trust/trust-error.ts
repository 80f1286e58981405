import { UsageError } from '../../errors/families.ts';

/** The trust policy that was given cannot be used. */
export class TrustPolicyError extends UsageError<
  | 'TRUST_POLICY_UNREADABLE'
  | 'TRUST_POLICY_INVALID' // not what its schema and its rules say, with the places
  | 'TRUST_POLICY_OR_KEY' // both were given
  | 'TRUST_ROOT_UNREADABLE'
  | 'TRUST_ROOT_DIGEST' // the file is not the one the policy pins
  | 'TRUST_ROOT_INVALID' // the file is no trusted_root.json that can be judged by
  | 'TRUST_POLICY_MISSING' // none was given where one is needed
> {}
