import { InputError, UsageError } from '../errors/families.ts';

/** What was asked of `approve` cannot be. */
export class ApproveUsageError extends UsageError<
  | 'APPROVE_KEY_MISSING' // nobody to sign it
  | 'APPROVE_NO_FILE' // nothing on disk that an approval could be put beside
  | 'APPROVE_ROLE' // the trust policy has no such role, or the signer is not in it
  | 'APPROVE_TWICE' // this signer has approved this already
  | 'APPROVE_TOO_MANY' // no number is left
> {}

/** Something that is not approved. */
export class ApproveInputError extends InputError<
  | 'APPROVE_NOT_PASSED' // verify fails, or cannot tell
  | 'APPROVE_NO_STATEMENT' // a folder whose files nobody listed: there is no one digest
  | 'APPROVE_NO_DIGEST' // a part is missing
> {}
