import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type ActionCommand,
  type ActionEnd,
  type ActionRunner,
  ActionRunnerError,
} from '../../ports/action-runner.ts';
import type { Run } from '../../support/run.ts';

/** Never handed to a command of a definition: whoever has them can sign in our name. */
const secrets: readonly string[] = [
  'COWA_KEY_PASSWORD',
  'COSIGN_PASSWORD',
  'COWA_IDENTITY_TOKEN',
  'SIGSTORE_ID_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
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
    run.signal.throwIfAborted();
    const cwd = resolve(this.#root, folder);
    await requireFolder(cwd);
    const child = spawn(shell, ['-e', '-c', command], {
      cwd,
      env: { ...this.#env, ...Object.fromEntries(env.map(split)) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what the command started ends with it.
      detached: true,
    });
    for (const input of [child.stdout, child.stderr])
      createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
    return ended(child, shell, timeoutMs, run);
  }
}

async function ended(
  child: ChildProcess,
  shell: string,
  timeoutMs: number | undefined,
  run: Run,
): Promise<ActionEnd> {
  let timedOut = false;
  let hard: NodeJS.Timeout | undefined;
  const stop = (): void => {
    endGroup(child, 'SIGTERM');
    hard = setTimeout(() => endGroup(child, 'SIGKILL'), graceMs);
  };
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          stop();
        }, timeoutMs);
  run.signal.addEventListener('abort', stop, { once: true });
  try {
    const end = await new Promise<ActionEnd>((settle, fail) => {
      child.on('error', (cause) => fail(noShell(shell, cause)));
      child.on('close', (code, signal) =>
        settle(
          signal === null ? { kind: 'exited', code: code ?? 1 } : { kind: 'killed', by: signal },
        ),
      );
    });
    run.signal.throwIfAborted();
    return timedOut ? { kind: 'timeout' } : end;
  } finally {
    clearTimeout(timer);
    clearTimeout(hard);
    run.signal.removeEventListener('abort', stop);
  }
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
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
