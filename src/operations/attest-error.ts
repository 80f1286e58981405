import { UsageError } from '../errors/families.ts';

/** A verdict that cannot be signed. */
export class AttestError extends UsageError<
  | 'ATTEST_KEY_MISSING' // nobody to sign it
  | 'ATTEST_ONE' // one archive or one folder has one verdict
  | 'ATTEST_NO_DIGEST' // what was judged has no digest: a part is missing
> {}
