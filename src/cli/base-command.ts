import { Command, Flags } from '@oclif/core';
import { CowaError, InternalError, InterruptedError } from '../errors/families.ts';
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts';
import type { Run } from '../support/run.ts';

/** Parse, call one operation, render, conclude: what every command of ours does. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    quiet: Flags.boolean({ char: 'q', summary: 'No progress on standard error' }),
  };

  readonly #abort = new AbortController();

  /** What operations receive: the signal that Ctrl-C aborts, and the progress listener. */
  protected startRun(_options: { readonly quiet?: boolean } = {}): Run {
    return { signal: this.#abort.signal };
  }

  /** Sets the exit code of a verdict: the last statement of `run()`. */
  protected conclude(code: ExitCode): void {
    process.exitCode = code;
  }

  protected override async catch(error: Error & { exitCode?: number }): Promise<void> {
    if (this.#abort.signal.aborted) throw new InterruptedError(undefined, { cause: error });
    if (error instanceof CowaError || 'oclif' in error) throw error;
    throw new InternalError(error.message, { cause: error });
  }
}
export { exitCodes };
