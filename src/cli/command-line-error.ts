import { UsageError } from '../errors/families.ts';

/** The command line itself is wrong, before any command runs. */
export class CommandLineError extends UsageError<'COMMAND_UNKNOWN' | 'ARGUMENT_UNEXPECTED'> {}
