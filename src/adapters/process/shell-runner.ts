import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type ActionCommand,
  type ActionEnd,
  type ActionRunner,
  ActionRunnerError,
} from '../../ports/action-runner.ts';
import type { Run } from '../../support/run.ts';
import { runProgram } from './run-program.ts';

/** Never handed to a command of a definition: whoever has them can sign in our name. */
const secrets: readonly string[] = [
  'COWA_KEY_PASSWORD',
  'COSIGN_PASSWORD',
  'COWA_IDENTITY_TOKEN',
  'SIGSTORE_ID_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  // Tokens of trace collectors travel in headers.
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
];
/** Ctrl-C is over within a second. */
const graceMs = 500;

/** Runs commands through a shell of this machine, each in a process group of its own. */
export class ShellRunner implements ActionRunner {
  readonly #root: string;
  readonly #env: Readonly<Record<string, string | undefined>>;

  /** @param options `root`: what folders of commands are relative to */
  constructor(options: {
    readonly root: string;
    readonly env: Readonly<Record<string, string | undefined>>;
  }) {
    this.#root = options.root;
    const kept = Object.entries(options.env).filter(([name]) => !secrets.includes(name));
    this.#env = Object.fromEntries(kept);
  }

  async runCommand(
    { command, shell, folder, env, timeoutMs }: ActionCommand,
    onLine: (line: string) => void,
    run: Run,
  ): Promise<ActionEnd> {
    const cwd = resolve(this.#root, folder);
    run.signal.throwIfAborted();
    await requireFolder(cwd);
    const end = await runProgram(
      {
        ...{ program: shell, args: ['-e', '-c', command], cwd, graceMs, onLine },
        env: { ...this.#env, ...Object.fromEntries(env.map(split)) },
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      },
      run,
    );
    switch (end.kind) {
      case 'ended':
        return end.signal === null
          ? { kind: 'exited', code: end.code ?? 1 }
          : { kind: 'killed', by: end.signal };
      case 'late':
      case 'too-much':
        return { kind: 'timeout' };
      case 'not-started':
        throw noShell(shell, end.cause);
    }
  }
}

async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new ActionRunnerError(
    'ACTION_FOLDER_MISSING',
    `an action is to run in ${path}, which is no folder`,
    {
      suggestions: ['Correct dir of the action: it is relative to the package definition'],
    },
  );
}

function noShell(shell: string, cause: unknown): ActionRunnerError {
  return new ActionRunnerError(
    'ACTION_SHELL_MISSING',
    `the shell ${shell} of an action cannot be started`,
    {
      cause,
      suggestions: [`Install ${shell}, or take shell out of the action`],
    },
  );
}

function split(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
