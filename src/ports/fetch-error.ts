import { EnvironmentError, InputError } from '../errors/families.ts';

/** An address that cannot be asked, or whose server does not let us: the operator acts. */
export class FetchError extends EnvironmentError<
  | 'FETCH_HOST_REFUSED' // not among the hosts under remoteInputs
  | 'FETCH_PLAIN_HTTP_REFUSED'
  | 'FETCH_UNAUTHORIZED'
  | 'FETCH_FORBIDDEN'
  | 'FETCH_NOT_FOUND'
  | 'FETCH_RATE_LIMIT'
  | 'FETCH_UNREACHABLE' // no connection, or one that broke again and again
  | 'FETCH_TIMEOUT' // nothing came for too long
  | 'FETCH_TLS' // a certificate nobody vouches for, or an authority's file that cannot be read
  | 'FETCH_ANSWER' // a status, a redirect or an encoding nobody can use
  | 'FETCH_PROGRAM' // git is needed for it, and cannot be started
  | 'FETCH_CREDENTIALS' // the Docker configuration or its credential helper cannot be used
> {}

/** What a server gave is not what was asked for: its producer acts. */
export class FetchContentError extends InputError<
  | 'FETCH_LIMIT' // more bytes than are read
  | 'FETCH_CHANGED' // another version of the file stood there when the rest was asked for
  | 'FETCH_INCOMPLETE' // it ended before its announced length
> {}
