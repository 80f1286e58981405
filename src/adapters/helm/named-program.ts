import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Run } from '../../support/run.ts';
import { RendererError } from './renderer-error.ts';

/** A program that somebody named by its path. */
export interface NamedProgram {
  readonly path: string;
  readonly sha256: string;
  readonly limits: ProgramLimits;
}

export interface ProgramEnd {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program may take. */
export interface ProgramLimits {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

const generous: ProgramLimits = { timeoutMs: 60_000, maxOutputBytes: 64 * 2 ** 20 };
const keptErrorBytes = 8192;

/**
 * Looks at a program before it is run.
 * @throws RendererError RENDERER_UNUSABLE
 */
export async function openProgram(
  location: string,
  what: string,
  limits: ProgramLimits = generous,
): Promise<NamedProgram> {
  const path = resolve(location);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true)
    throw new RendererError('RENDERER_UNUSABLE', `${path} is no file, and was named as ${what}`, {
      suggestions: [`Name the ${what} program itself, by its path`],
    });
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return { path, sha256: hash.digest('hex'), limits };
}

/**
 * Runs a named program to its end: nothing of this process's environment reaches it, and its requests to a
 * network go nowhere.
 * @throws RendererError RENDERER_UNUSABLE, RENDERER_TIMEOUT, RENDERER_OUTPUT
 */
export async function runProgram(
  { path, limits: { timeoutMs, maxOutputBytes } }: NamedProgram,
  args: readonly string[],
  home: string,
  run: Run,
): Promise<ProgramEnd> {
  run.signal.throwIfAborted();
  const nowhere = 'http://127.0.0.1:9';
  const child = spawn(path, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    signal: run.signal,
    killSignal: 'SIGKILL',
    env: {
      HOME: home,
      TMPDIR: home,
      XDG_CACHE_HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_DATA_HOME: home,
      LC_ALL: 'C',
      PATH: '',
      HTTP_PROXY: nowhere,
      HTTPS_PROXY: nowhere,
    },
  });
  let late = false;
  let long = false;
  const clock = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const stdout: Buffer[] = [];
  let size = 0;
  let stderr = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxOutputBytes) stdout.push(chunk);
    else {
      long = true;
      child.kill('SIGKILL');
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = Buffer.concat([stderr, chunk]).subarray(-keptErrorBytes);
  });
  try {
    const status = await new Promise<number | null>((done, failed) => {
      child.on('error', failed);
      child.on('close', done);
    });
    if (late)
      throw new RendererError('RENDERER_TIMEOUT', `${path} did not end within ${timeoutMs} ms`);
    if (long)
      throw new RendererError('RENDERER_OUTPUT', `${path} wrote more than ${maxOutputBytes} bytes`);
    return {
      status,
      stdout: Buffer.concat(stdout).toString('utf8'),
      stderr: stderr.toString('utf8'),
    };
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof RendererError) throw error;
    throw new RendererError('RENDERER_UNUSABLE', `${path} cannot be started`, {
      cause: error,
      suggestions: ['Check that it is a program for this machine: run it by hand'],
    });
  } finally {
    clearTimeout(clock);
  }
}
