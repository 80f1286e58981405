import { type ExitCode, exitCodes } from './exit-codes.ts';

/** What every error of this program carries besides its message. */
export interface ErrorDetails {
  /** The next action, as a runnable command where there is one. */
  readonly suggestions?: readonly string[];
  /** The original error, always, when there is one. */
  readonly cause?: unknown;
  /** Path of the documentation page about this code, below the docs folder. */
  readonly ref?: string;
}

/**
 * An error with a public code and an exit code. Folders declare one class each over a closed union
 * of codes: `class ArchiveError extends InputError<'ARCHIVE_TRUNCATED' | …>`.
 */
export abstract class CowaError<Code extends string = string> extends Error {
  abstract readonly exitCode: ExitCode;
  readonly code: Code;
  readonly suggestions: string[];
  readonly ref: string | undefined;

  constructor(code: Code, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.suggestions = [...(details.suggestions ?? [])];
    this.ref = details.ref;
  }
}

/** Flags, arguments or configuration are wrong: the caller acts. */
export abstract class UsageError<Code extends string = string> extends CowaError<Code> {
  override readonly exitCode = exitCodes.usage;
}

/** An input cannot be read, is malformed or over a limit: its producer acts. */
export abstract class InputError<Code extends string = string> extends CowaError<Code> {
  override readonly exitCode = exitCodes.input;
}

/** A tool, network, disk, key or permission is missing: the operator acts. */
export abstract class EnvironmentError<Code extends string = string> extends CowaError<Code> {
  override readonly exitCode = exitCodes.environment;
}

/** A bug of ours. */
export class InternalError extends CowaError<'INTERNAL'> {
  override readonly exitCode = exitCodes.internal;
  constructor(message: string, details: ErrorDetails = {}) {
    super('INTERNAL', message, details);
  }
}

/** The run was interrupted by the user or by a signal; temporary files are gone. */
export class InterruptedError extends CowaError<'INTERRUPTED'> {
  override readonly exitCode = exitCodes.interrupted;
  constructor(message = 'interrupted', details: ErrorDetails = {}) {
    super('INTERRUPTED', message, details);
  }
}
