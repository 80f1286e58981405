import { EnvironmentError, InputError, UsageError } from '../errors/families.ts';

/** A key file that is not what its use needs. */
export class KeyFileError extends InputError<
  | 'KEY_FORMAT'
  | 'KEY_PARAMETERS'
  | 'KEY_KIND'
  | 'KEY_PRIVATE_GIVEN'
  | 'KEY_PUBLIC_GIVEN'
  | 'KEY_NOT_ENCRYPTED'
> {}

/** A key that cannot be used here and now: the operator acts. */
export class KeyAccessError extends EnvironmentError<
  | 'KEY_PASSWORD_WRONG'
  | 'KEY_PASSWORD_MISSING'
  | 'KEY_PASSWORD_FILE'
  | 'KEY_EXISTS'
  | 'KEY_UNREADABLE'
  | 'KEY_UNWRITABLE'
  | 'KEY_FIPS'
> {}

/** A signature bundle that is refused before any cryptography. */
export class SignatureBundleError extends InputError<
  | 'SIGNATURE_BUNDLE_SIZE'
  | 'SIGNATURE_BUNDLE_JSON'
  | 'SIGNATURE_BUNDLE_MEMBER'
  | 'SIGNATURE_BUNDLE_MEDIA_TYPE'
  | 'SIGNATURE_BUNDLE_CONTENT'
  | 'SIGNATURE_BUNDLE_MATERIAL'
  | 'SIGNATURE_BUNDLE_BASE64'
  | 'SIGNATURE_BUNDLE_DIGEST_ALGORITHM'
  | 'SIGNATURE_BUNDLE_ENTRIES'
  | 'SIGNATURE_BUNDLE_LOG_PROOF'
  | 'SIGNATURE_BUNDLE_DSSE'
> {}

/** An in-toto statement that is refused although its signature may be good. */
export class StatementError extends InputError<
  | 'STATEMENT_JSON'
  | 'STATEMENT_TYPE'
  | 'STATEMENT_MEMBER'
  | 'STATEMENT_SUBJECT'
  | 'STATEMENT_PREDICATE'
  | 'STATEMENT_PROVENANCE'
  | 'STATEMENT_RESULT'
> {}

/** Something that must not be signed, or a signer that answered wrongly. */
export class SigningError extends UsageError<'SIGN_CROSS_PROTOCOL' | 'SIGN_KEY_ALGORITHM'> {}

/** A signer whose answer does not verify: a broken plugin or a broken machine. */
export class SignerFailure extends EnvironmentError<
  | 'SIGN_SELF_CHECK' // what the signer made does not verify; nothing was written
  | 'SIGN_TIMESTAMP' // a stamp that does not hold by the given trusted root
> {}

/** Content that was to be signed and is not what it was said to be. */
export class SignedContentError extends InputError<'SIGN_CONTENT_CHANGED'> {}

/** A certificate that is refused before anything of it is verified. */
export class CertificateError extends InputError<
  'CERTIFICATE_DER' | 'CERTIFICATE_FORM' | 'CERTIFICATE_USE' | 'CERTIFICATE_IDENTITY'
> {}

/** An RFC 3161 response that is refused before its signature is looked at. */
export class TimestampError extends InputError<
  'TIMESTAMP_DER' | 'TIMESTAMP_FORM' | 'TIMESTAMP_ALGORITHM'
> {}

/** Trust material of a Sigstore instance that is not what both readers of it demand. */
export class TrustedRootError extends InputError<
  | 'TRUSTED_ROOT_SIZE'
  | 'TRUSTED_ROOT_JSON'
  | 'TRUSTED_ROOT_MEMBER'
  | 'TRUSTED_ROOT_MEDIA_TYPE'
  | 'TRUSTED_ROOT_LOG'
  | 'TRUSTED_ROOT_AUTHORITY'
  | 'TRUSTED_ROOT_VALIDITY'
> {}
