import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Run } from '../../support/run.ts';
import { endGroup, watchGroup } from './end-group.ts';
import { feedProgram } from './feed-program.ts';
import { hearLines } from './program-lines.ts';

/** One run of a program. */
export interface ProgramCall {
  /** Path, or a name that is looked up in its PATH. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** All of its environment: nothing of this process's reaches it by itself. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads on standard input. */
  readonly input?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Milliseconds it may take; with an input, milliseconds without taking any of it. undefined: no limit. */
  readonly timeoutMs?: number;
  /** Bytes of standard output that are kept; more than that is cut off, or ends it. Default: none are kept. */
  readonly output?: { readonly maxBytes: number; readonly more: 'cut' | 'end' };
  /** Reads standard output while it runs, at its own pace; what it throws ends the program. */
  readonly take?: (output: AsyncIterable<Uint8Array>) => Promise<void>;
  /** Bytes of the end of standard error that are kept. */
  readonly keptErrorBytes?: number;
  /** Told of each line on standard output and error. */
  readonly onLine?: (line: string) => void;
  /** Milliseconds between asking it to end and ending it; 0 asks for nothing. */
  readonly graceMs?: number;
  /** Milliseconds that something it started may hold its output open; undefined: as long as it likes. */
  readonly lingerMs?: number;
}

/** How a program ended, and what it said. */
export type ProgramEnd =
  | {
      readonly kind: 'ended';
      /** null where a signal ended it. */
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly stdout: Buffer;
      readonly stderr: string;
    }
  /** It took longer than it may, or said more than it may, and was ended. */
  | { readonly kind: 'late' }
  | { readonly kind: 'too-much' }
  /** It could not be started. */
  | { readonly kind: 'not-started'; readonly cause: unknown };

/**
 * Runs a program in a process group of its own, and ends all of the group when it takes too long, says too much, the
 * run is stopped, or this process is killed. Memory stays bounded whatever it says.
 * @throws the reason of the signal; what its input throws
 */
export async function runProgram(call: ProgramCall, run: Run): Promise<ProgramEnd> {
  run.signal.throwIfAborted();
  const watch = watchGroup();
  const child = spawn(call.program, [...call.args], {
    ...(call.cwd === undefined ? {} : { cwd: call.cwd }),
    env: { ...call.env },
    stdio: [call.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    // A group of its own, so that what the program started ends with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  watch.over(child);
  const ended = settled(child, call.lingerMs);
  const { graceMs = 0 } = call;
  let early: ProgramEnd | undefined;
  const halted = new AbortController();
  const stop = (why?: ProgramEnd): void => {
    if (halted.signal.aborted) return;
    early = why;
    halted.abort();
    if (graceMs === 0) endGroup(child, 'SIGKILL');
    else {
      endGroup(child, 'SIGTERM');
      setTimeout(() => endGroup(child, 'SIGKILL'), graceMs).unref();
    }
  };
  const clock = clockOf(call.timeoutMs, () => stop({ kind: 'late' }));
  const interrupted = (): void => stop();
  run.signal.addEventListener('abort', interrupted, { once: true });
  const { stdin, stdout, stderr } = child;
  const { maxBytes = 0, more = 'cut' } = call.output ?? {};
  const said =
    call.take === undefined
      ? keepStart(stdout, maxBytes, () => more === 'end' && stop({ kind: 'too-much' }))
      : () => Buffer.alloc(0);
  const complained = keepEnd(stderr, call.keptErrorBytes ?? 0);
  if (call.onLine !== undefined)
    for (const stream of [stdout, stderr]) if (stream !== null) hearLines(stream, call.onLine);
  let broken: { readonly cause: unknown } | undefined;
  try {
    const fed =
      stdin === null || call.input === undefined
        ? undefined
        : feedProgram(stdin, call.input, clock.restart, halted.signal).catch((cause: unknown) => {
            broken ??= { cause };
            stop();
          });
    const taken =
      stdout === null || call.take === undefined
        ? undefined
        : call.take(stdout).catch((cause: unknown) => {
            broken ??= { cause };
            stdout.destroy();
            stop();
          });
    const [end] = await Promise.all([ended, fed, taken]);
    run.signal.throwIfAborted();
    if (broken !== undefined) throw broken.cause;
    return early ?? { kind: 'ended', ...end, stdout: said(), stderr: complained() };
  } catch (cause) {
    run.signal.throwIfAborted();
    if (broken !== undefined) throw broken.cause;
    return early ?? { kind: 'not-started', cause };
  } finally {
    watch.allIsWell();
    clock.stop();
    run.signal.removeEventListener('abort', interrupted);
  }
}

type Settled = Pick<Extract<ProgramEnd, { kind: 'ended' }>, 'code' | 'signal'>;

function settled(child: ChildProcess, lingerMs: number | undefined): Promise<Settled> {
  return new Promise((resolve, reject) => {
    let linger: NodeJS.Timeout | undefined;
    child.on('error', reject);
    child.on('exit', () => {
      if (lingerMs === undefined) return;
      linger = setTimeout(() => {
        endGroup(child, 'SIGKILL');
        for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      }, lingerMs);
    });
    child.on('close', (code, signal) => {
      clearTimeout(linger);
      resolve({ code, signal });
    });
  });
}

function keepStart(stream: Readable | null, maxBytes: number, onMore: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    if (size < maxBytes) chunks.push(chunk.subarray(0, maxBytes - size));
    size += chunk.byteLength;
    if (size > maxBytes) onMore();
  });
  stream?.on('error', () => undefined);
  return () => Buffer.concat(chunks);
}

function keepEnd(stream: Readable | null, maxBytes: number): () => string {
  let kept = Buffer.alloc(0);
  stream?.on('data', (chunk: Buffer) => {
    if (maxBytes > 0) kept = Buffer.concat([kept, chunk]).subarray(-maxBytes);
  });
  stream?.on('error', () => undefined);
  return () => kept.toString('utf8');
}

function clockOf(
  timeoutMs: number | undefined,
  onLate: () => void,
): { restart(): void; stop(): void } {
  if (timeoutMs === undefined) return { restart: () => undefined, stop: () => undefined };
  let timer = setTimeout(onLate, timeoutMs);
  return {
    restart: () => {
      clearTimeout(timer);
      timer = setTimeout(onLate, timeoutMs);
    },
    stop: () => clearTimeout(timer),
  };
}
