import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A command line before it, such as `unshare --net --`. */
  readonly through?: readonly string[];
}

/** A real program that the tests compare with, or why it is not there. */
export interface Peer {
  readonly name: string;
  /** undefined when it can be run. */
  readonly missing: string | undefined;
  /** Runs it to its end; `home` keeps its caches and settings away from the user's. */
  run(args: readonly string[], home: string, options?: RunOptions): Promise<Ended>;
}

/** The program that a variable names; only that one: what lies on PATH is somebody else's choice. */
export async function peer(
  variable: 'COWA_ZARF' | 'COWA_UDS' | 'COWA_COSIGN' | 'COWA_HELM',
): Promise<Peer> {
  const name = variable.slice('COWA_'.length).toLowerCase();
  const path = process.env[variable];
  const missing =
    path === undefined || path === ''
      ? `${variable} is not set`
      : await access(path, constants.X_OK).then(
          () => undefined,
          () => `${variable} names ${path}, which cannot be run`,
        );
  return {
    name,
    missing,
    run: async (args, home, options) => execute(path ?? name, args, home, options),
  };
}

/** This program, from source. */
export async function ownProgram(
  args: readonly string[],
  home: string,
  options?: RunOptions,
): Promise<Ended> {
  const script = join(import.meta.dirname, '../../bin/dev.js');
  return execute(process.execPath, [script, ...args], home, options);
}

/** The title of a group of tests, with why it is skipped. */
export function titleOf(what: string, ...peers: readonly Peer[]): string {
  const reasons = peers.flatMap(({ missing }) => missing ?? []);
  return reasons.length === 0 ? what : `${what} (skipped: ${reasons.join(', ')})`;
}

function execute(
  path: string,
  args: readonly string[],
  home: string,
  { cwd, env, through = [] }: RunOptions = {},
): Promise<Ended> {
  const [program = path, ...rest] = [...through, path, ...args];
  const settings = {
    cwd: cwd ?? home,
    maxBuffer: 64 << 20,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      TMPDIR: home,
      NO_COLOR: '1',
      TZ: 'UTC',
      ...env,
    },
  };
  return new Promise((resolve) => {
    execFile(program, rest, settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr: `${stderr}${error?.signal ?? ''}` });
    });
  });
}
