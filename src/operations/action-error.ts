import { InputError } from '../errors/families.ts';

/** A command that a package definition runs while it is built did not do its work. */
export class ActionError extends InputError<'ACTION_FAILED' | 'ACTION_TIMEOUT'> {}
