import { type ChildProcess, spawn } from 'node:child_process';
import { EngineError } from '../../ports/image-builder.ts';
import { printable } from '../../support/printable.ts';
import type { Run } from '../../support/run.ts';

/** A program of an engine, and where it may put what it keeps. */
export interface EngineCall {
  readonly program: string;
  readonly args: readonly string[];
  /** Working folder; also its home and where its temporary files go. */
  readonly home: string;
  readonly timeoutMs: number;
  /** Texts that are taken out of everything it says. */
  readonly hidden?: readonly string[];
  /** Told of each line it writes on standard error or output. */
  readonly onLine?: (line: string) => void;
}

export interface EngineEnd {
  readonly code: number;
  /** Beginning of standard output. */
  readonly stdout: string;
  /** End of what it said on both streams. */
  readonly tail: string;
}

const keptOutputBytes = 64 * 2 ** 10;
const keptTailChars = 4000;
const maxLineChars = 2000;
const graceMs = 2000;

/**
 * Runs a program of an engine to its end, with everything it started. However much it says, only the
 * beginning of its output and the end of its log are held.
 * @throws EngineError ENGINE_MISSING, ENGINE_TIMEOUT; the reason of the signal
 */
export async function callEngine(call: EngineCall, run: Run): Promise<EngineEnd> {
  run.signal.throwIfAborted();
  const { program, args, home, timeoutMs, hidden = [] } = call;
  const child = spawn(program, [...args], {
    cwd: home,
    env: engineEnvironment(home),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what the engine started ends with it.
    detached: true,
  });
  const stdout: Buffer[] = [];
  let size = 0;
  let tail = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (size < keptOutputBytes) stdout.push(chunk.subarray(0, keptOutputBytes - size));
    size += chunk.byteLength;
  });
  const hear = (line: string): void => {
    const said = printable(hide(line, hidden)).slice(0, maxLineChars);
    tail = `${tail}${said}\n`.slice(-keptTailChars);
    call.onLine?.(said);
  };
  for (const stream of [child.stdout, child.stderr]) inLines(stream, hear);
  const code = await ended(child, program, timeoutMs, run);
  return { code, stdout: Buffer.concat(stdout).toString('utf8'), tail: tail.trim() };
}

/** Only what a program needs to start: nothing of the user's settings, and no secret, reaches it. */
export function engineEnvironment(
  home: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  return {
    PATH: env['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: home,
    TMPDIR: home,
    XDG_RUNTIME_DIR: home,
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    LC_ALL: 'C',
  };
}

/** Lines of a stream; one that does not end is cut, so that nothing grows without bound. */
function inLines(stream: NodeJS.ReadableStream, hear: (line: string) => void): void {
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const parts = `${rest}${chunk.toString('utf8')}`.split(/\r?\n|\r/);
    rest = (parts.pop() ?? '').slice(-maxLineChars);
    for (const part of parts) if (part.trim() !== '') hear(part);
  });
  stream.on('end', () => {
    if (rest.trim() !== '') hear(rest);
  });
}

function hide(line: string, hidden: readonly string[]): string {
  return hidden.reduce((text, secret) => text.replaceAll(secret, '[hidden]'), line);
}

async function ended(
  child: ChildProcess,
  program: string,
  timeoutMs: number,
  run: Run,
): Promise<number> {
  let late = false;
  let hard: NodeJS.Timeout | undefined;
  const stop = (): void => {
    endGroup(child, 'SIGTERM');
    hard = setTimeout(() => endGroup(child, 'SIGKILL'), graceMs);
  };
  const clock = setTimeout(() => {
    late = true;
    stop();
  }, timeoutMs);
  run.signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await new Promise<number>((settle, fail) => {
      child.on('error', (cause) =>
        fail(
          new EngineError('ENGINE_MISSING', `${program} cannot be started`, {
            cause,
            suggestions: [`Install ${program}, or name another engine with --engine`],
          }),
        ),
      );
      child.on('close', (status) => settle(status ?? 1));
    });
    run.signal.throwIfAborted();
    if (late)
      throw new EngineError(
        'ENGINE_TIMEOUT',
        `${program} did not end within ${timeoutMs / 60_000} minutes and was stopped`,
        { suggestions: ['Give the image a larger timeoutMinutes in cowa-release.yaml'] },
      );
    return code;
  } finally {
    clearTimeout(clock);
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
