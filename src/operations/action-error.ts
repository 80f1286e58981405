import { InputError } from '../errors/families.ts';

/** A command that a package definition runs while it is built did not do its work. */
export class ActionError extends InputError<
  | 'ACTION_FAILED' // an onCreate action ended with an error, as often as it may be tried
  | 'ACTION_TIMEOUT' // an onCreate action took longer than its definition allows
> {}
