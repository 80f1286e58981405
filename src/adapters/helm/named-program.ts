import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Run } from '../../support/run.ts';
import { runProgram } from '../process/run-program.ts';
import { RendererError } from './renderer-error.ts';

/** A program that somebody named by its path. */
export interface NamedProgram {
  readonly path: string;
  readonly sha256: string;
  readonly limits: ProgramLimits;
}

export interface NamedEnd {
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
export async function runNamed(
  { path, limits: { timeoutMs, maxOutputBytes } }: NamedProgram,
  args: readonly string[],
  home: string,
  run: Run,
): Promise<NamedEnd> {
  const nowhere = 'http://127.0.0.1:9';
  const end = await runProgram(
    {
      ...{ program: path, args, timeoutMs },
      env: {
        ...{ HOME: home, TMPDIR: home, XDG_CACHE_HOME: home },
        ...{ XDG_CONFIG_HOME: home, XDG_DATA_HOME: home },
        ...{ LC_ALL: 'C', PATH: '', HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere },
      },
      output: { maxBytes: maxOutputBytes, more: 'end' },
      keptErrorBytes,
    },
    run,
  );
  switch (end.kind) {
    case 'ended':
      return { status: end.code, stdout: end.stdout.toString('utf8'), stderr: end.stderr };
    case 'late':
      throw new RendererError('RENDERER_TIMEOUT', `${path} did not end within ${timeoutMs} ms`);
    case 'too-much':
      throw new RendererError('RENDERER_OUTPUT', `${path} wrote more than ${maxOutputBytes} bytes`);
    case 'not-started':
      throw new RendererError('RENDERER_UNUSABLE', `${path} cannot be started`, {
        cause: end.cause,
        suggestions: ['Check that it is a program for this machine: run it by hand'],
      });
  }
}
