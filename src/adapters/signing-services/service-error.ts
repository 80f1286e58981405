import { EnvironmentError, UsageError } from '../../errors/families.ts';

/** An address of a signing service that is not used. */
export class ServiceAddressError extends UsageError<
  | 'SERVICE_ADDRESS' // not an http(s) URL, or one with a password, query or fragment
  | 'SERVICE_PLAIN_HTTP' // an identity token would cross a network unprotected
> {}

/** A certificate authority, log or timestamp authority that did not do its part: the operator acts. */
export class SigningServiceError extends EnvironmentError<
  | 'SERVICE_UNREACHABLE' // no connection
  | 'SERVICE_TIMEOUT' // no answer within the stated time
  | 'SERVICE_REFUSED' // it said no
  | 'SERVICE_ANSWER' // it said something that is no answer
  | 'SERVICE_CERTIFICATE' // a certificate of another key or for another use
  | 'SERVICE_LOG_ENTRY' // a log entry about something else
  | 'SERVICE_TIMESTAMP' // a timestamp of something else
  | 'SERVICE_IDENTITY_CHANGED' // the next certificate names somebody else
> {}

/** An identity token that cannot be used. Its text is never part of the message. */
export class IdentityTokenError extends EnvironmentError<
  | 'IDENTITY_TOKEN_MISSING' // neither a file, a variable nor GitHub Actions has one
  | 'IDENTITY_TOKEN_UNREADABLE' // the file cannot be read
  | 'IDENTITY_TOKEN_FORM' // no JSON web token
  | 'IDENTITY_TOKEN_EXPIRED' // its time is over
> {}
