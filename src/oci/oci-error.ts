import { InputError } from '../errors/families.ts';

/** OCI documents or references that cannot be understood. */
export class OciError extends InputError<
  | 'OCI_DIGEST_INVALID'
  | 'OCI_REFERENCE_INVALID'
  | 'OCI_DOCUMENT_INVALID'
  | 'OCI_DIGEST_MISMATCH'
  | 'OCI_SIZE_MISMATCH'
> {}
