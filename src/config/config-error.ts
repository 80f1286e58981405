import { UsageError } from '../errors/families.ts';

/** A flag, a variable or a member of the release definition holds what it cannot. */
export class ConfigError extends UsageError<'CONFIG_VALUE_INVALID'> {} // a variable or a flag has a value of the wrong form
