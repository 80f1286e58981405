import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const script = join(root, 'bin/run.js');

/** Why the built program cannot be run; undefined when it can. */
export const notBuilt: string | undefined = existsSync(join(root, 'dist/cli/start.js'))
  ? undefined
  : 'the program is not built: npm run build';

/** How a run of the built program ended. */
export interface BuiltRun {
  /** Exit code; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface BuiltOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Ends it without mercy after so many milliseconds. */
  readonly killAfterMs?: number;
  /** A command line that ends in the program, such as `unshare -m sh -c …`. */
  readonly through?: (program: readonly string[]) => readonly string[];
}

/** Runs the built program to its end, or to the moment it is killed. */
export function builtProgram(
  args: readonly string[],
  options: BuiltOptions = {},
): Promise<BuiltRun> {
  const line = [process.execPath, script, ...args];
  const [command = '', ...rest] = options.through?.(line) ?? line;
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...options.env },
    });
    const timer =
      options.killAfterMs === undefined
        ? undefined
        : setTimeout(() => child.kill('SIGKILL'), options.killAfterMs);
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const durationMs = performance.now() - started;
      resolve({ code: code ?? undefined, signal: signal ?? undefined, ...said, durationMs });
    });
  });
}
