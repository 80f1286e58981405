import { EnvironmentError } from '../errors/families.ts';
import type { Run } from '../support/run.ts';

/** A shell of this machine cannot be started. */
export class ActionRunnerError extends EnvironmentError<
  'ACTION_SHELL_MISSING' | 'ACTION_FOLDER_MISSING'
> {}

/** A command of a package definition, ready to be run. */
export interface ActionCommand {
  readonly command: string;
  /** Name or path of the shell that gets it after `-e -c`. */
  readonly shell: string;
  /** Where it runs; relative to the folder of the release definition. */
  readonly folder: string;
  /** `NAME=value`, beside the environment of this program without its secrets. */
  readonly env: readonly string[];
  /** It is ended after this long; undefined: it may take its time. */
  readonly timeoutMs: number | undefined;
}

/** How a command ended. */
export type ActionEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly by: string }
  | { readonly kind: 'timeout' };

/** Runs commands on this machine. The one place where definitions may do so. */
export interface ActionRunner {
  /**
   * Runs one command to its end, with everything it started; an abort ends it too.
   * @param onLine told of each line it writes, on either stream
   * @throws ActionRunnerError ACTION_SHELL_MISSING, ACTION_FOLDER_MISSING; the reason of the signal
   */
  runCommand(command: ActionCommand, onLine: (line: string) => void, run: Run): Promise<ActionEnd>;
}
