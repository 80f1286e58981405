import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Run } from '../../support/run.ts';
import { KmsPluginError } from './plugin-error.ts';

/** One run of a plugin program. */
export interface PluginCall {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads on standard input. Read to its end even when the program does not want it. */
  readonly input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Milliseconds without a byte taken or an end, after which it is ended. */
  readonly timeoutMs: number;
}

/** How a plugin ended, and what it said. */
export interface PluginEnd {
  readonly stdout: Uint8Array;
  /** The last of what it wrote there. */
  readonly stderr: string;
  readonly end: string;
}

/** An answer is a signature or a public key in JSON. */
const maxOutputBytes = 64 * 1024;
const keptErrorBytes = 2048;
/** Between asking the program to end and ending it; Ctrl-C is over within a second. */
const graceMs = 250;
/** Something it started may hold its output open. */
const lingerMs = 1000;

type Plugin = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Runs a program once in a process group of its own, and ends all of the group when it takes too long, says too
 * much, or the run is stopped. Its exit status is told, not judged: the protocol gives it no meaning.
 * @throws KmsPluginError KMS_PLUGIN_UNUSABLE, KMS_PLUGIN_TIMEOUT, KMS_PLUGIN_OUTPUT
 */
export async function callPlugin(call: PluginCall, run: Run): Promise<PluginEnd> {
  run.signal.throwIfAborted();
  const child = spawn(call.path, [...call.args], {
    env: { ...call.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that what the program started ends with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const ended = settled(child);
  const stopped = new AbortController();
  const stop = (why: unknown): void => {
    if (stopped.signal.aborted) return;
    stopped.abort(why);
    endGroup(child, 'SIGTERM');
    setTimeout(() => endGroup(child, 'SIGKILL'), graceMs).unref();
  };
  const clock = idleClock(call.timeoutMs, () => stop(tooLate(call)));
  const interrupted = (): void => stop(run.signal.reason);
  run.signal.addEventListener('abort', interrupted, { once: true });
  const stdout = gather(child.stdout, () => stop(tooMuch(call)));
  const stderr = gatherEnd(child.stderr);
  try {
    const fed = feed(child.stdin, call.input, clock.restart, stopped.signal).catch(stop);
    const [end] = await Promise.all([ended, fed]);
    stopped.signal.throwIfAborted();
    return { stdout: stdout(), stderr: stderr(), end };
  } catch (error) {
    if (stopped.signal.aborted) throw stopped.signal.reason;
    if (error instanceof KmsPluginError) throw error;
    throw new KmsPluginError(
      'KMS_PLUGIN_UNUSABLE',
      `the KMS plugin ${call.path} cannot be started`,
      {
        cause: error,
        suggestions: ['Check that it is a program for this machine: run it by hand'],
      },
    );
  } finally {
    clock.stop();
    run.signal.removeEventListener('abort', interrupted);
  }
}

/** Hands the input over; what the program does not want is read all the same, since the caller counts on its end. */
async function feed(
  stdin: Writable,
  input: PluginCall['input'],
  alive: () => void,
  stopped: AbortSignal,
): Promise<void> {
  let open = true;
  const closed = new Promise<void>((resolve) => {
    const close = (): void => {
      open = false;
      resolve();
    };
    stdin.on('error', close).on('close', close);
  });
  for await (const chunk of input) {
    if (stopped.aborted) return;
    // The memory of a chunk may be used again for the next one: it has to be gone before.
    if (open) {
      await Promise.race([new Promise<void>((done) => stdin.write(chunk, () => done())), closed]);
    }
    alive();
  }
  stdin.end();
}

function settled(child: Plugin): Promise<string> {
  return new Promise((resolve, reject) => {
    let linger: NodeJS.Timeout | undefined;
    child.on('error', reject);
    child.on('exit', () => {
      linger = setTimeout(() => {
        endGroup(child, 'SIGKILL');
        for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      }, lingerMs);
    });
    child.on('close', (code, signal) => {
      clearTimeout(linger);
      resolve(
        signal === null ? `ended with status ${code ?? 'unknown'}` : `was ended by ${signal}`,
      );
    });
  });
}

function gather(stream: Readable, onTooMuch: () => void): () => Uint8Array {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size <= maxOutputBytes) chunks.push(chunk);
    else onTooMuch();
  });
  stream.on('error', () => undefined);
  return () => Buffer.concat(chunks);
}

function gatherEnd(stream: Readable): () => string {
  let kept = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]).subarray(-keptErrorBytes);
  });
  stream.on('error', () => undefined);
  return () => kept.toString('utf8');
}

function idleClock(timeoutMs: number, onLate: () => void): { restart(): void; stop(): void } {
  let timer = setTimeout(onLate, timeoutMs);
  return {
    restart: () => {
      clearTimeout(timer);
      timer = setTimeout(onLate, timeoutMs);
    },
    stop: () => clearTimeout(timer),
  };
}

function endGroup(child: Plugin, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function tooLate({ path, timeoutMs }: PluginCall): KmsPluginError {
  return new KmsPluginError(
    'KMS_PLUGIN_TIMEOUT',
    `the KMS plugin ${path} gave no answer within ${Math.ceil(timeoutMs / 1000)} seconds, and was ended`,
    { suggestions: ['Check that the key service or token can be reached from this machine'] },
  );
}

function tooMuch({ path }: PluginCall): KmsPluginError {
  return new KmsPluginError(
    'KMS_PLUGIN_OUTPUT',
    `the KMS plugin ${path} wrote more than ${maxOutputBytes} bytes, and was ended`,
    {
      suggestions: [
        'Run it by hand: on standard output it may write one JSON object, nothing else',
      ],
    },
  );
}
