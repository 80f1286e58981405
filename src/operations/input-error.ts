import { InputError, UsageError } from '../errors/families.ts';

/** A definition names something by an address that the release does not declare. */
export class InputUsageError extends UsageError<'INPUT_UNDECLARED'> {} // its host is not under remoteInputs

/** What an address gave is not fit to be packed, or not what was promised. */
export class RemoteInputError extends InputError<
  | 'INPUT_DIGEST' // other bytes than shasum, an index or the lock promise
  | 'INPUT_NOT_FOUND' // the repository has no such chart, version or file
  | 'INPUT_DOCUMENT' // an index or answer that cannot be understood
  | 'INPUT_LOCK_MISSING' // --locked, and the lock does not name it
  | 'INPUT_LOCK_DRIFT' // other bytes, or another commit, than the lock names
> {}
