import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Run } from '../../support/run.ts';
import { runProgram } from '../process/run-program.ts';
import { SyftError } from './syft-error.ts';

/** A syft that somebody named by its path. */
export interface NamedSyft {
  readonly path: string;
  /** Of the program, hex. */
  readonly sha256: string;
  readonly version: string;
  readonly timeoutMs: number;
}

const usualTimeoutMs = 30 * 60_000;
const keptErrorBytes = 8192;
/** A document of one image is a few megabytes. */
const maxDocumentBytes = 512 * 2 ** 20;
const noProxy = 'http://127.0.0.1:9';
/** It has nothing to keep when it only says what it is. */
const nowhere = '/nonexistent';

/**
 * Looks at a program before it is used: never one of PATH.
 * @throws SyftError SYFT_UNUSABLE, SYFT_TIMEOUT, SYFT_FAILED
 */
export async function openSyft(
  location: string,
  run: Run,
  timeoutMs: number = usualTimeoutMs,
): Promise<NamedSyft> {
  const path = resolve(location);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true)
    throw new SyftError('SYFT_UNUSABLE', `${path} is no file, and was named as syft`, {
      suggestions: ['Name the program itself, by its path'],
    });
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  const sha256 = hash.digest('hex');
  const named = { path, sha256, version: '', timeoutMs };
  const said = await runSyft(named, ['version', '-o', 'json'], nowhere, run);
  const { version, application }: Record<string, unknown> = Object(parsed(said));
  if (application !== 'syft' || typeof version !== 'string')
    throw new SyftError('SYFT_UNUSABLE', `${path} does not call itself syft`, {
      suggestions: ['Name the program syft'],
    });
  // Built from source it does not know its version; the digest then says which it is.
  const own = /^\d/.test(version) ? version : `sha256-${sha256.slice(0, 12)}`;
  return { ...named, version: own };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Runs it to its end and gives what it printed. Nothing of this process's environment reaches it, and its
 * requests to a network go nowhere.
 * @throws SyftError SYFT_UNUSABLE, SYFT_TIMEOUT, SYFT_FAILED
 */
export async function runSyft(
  { path, timeoutMs }: Pick<NamedSyft, 'path' | 'timeoutMs'>,
  args: readonly string[],
  home: string,
  run: Run,
): Promise<string> {
  const end = await runProgram(
    {
      ...{ program: path, args, timeoutMs },
      env: {
        ...{ HOME: home, TMPDIR: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home },
        ...{ LC_ALL: 'C', PATH: '', HTTP_PROXY: noProxy, HTTPS_PROXY: noProxy },
        SYFT_CHECK_FOR_APP_UPDATE: 'false',
      },
      output: { maxBytes: maxDocumentBytes, more: 'end' },
      keptErrorBytes,
    },
    run,
  );
  switch (end.kind) {
    case 'late':
      throw new SyftError('SYFT_TIMEOUT', `${path} did not end within ${timeoutMs} ms`);
    case 'too-much':
      throw new SyftError('SYFT_FAILED', `${path} wrote more than ${maxDocumentBytes} bytes`, {
        suggestions: ['Run it by hand on the same image'],
      });
    case 'not-started':
      throw new SyftError('SYFT_UNUSABLE', `${path} cannot be started`, {
        cause: end.cause,
        suggestions: ['Check that it is a program for this machine: run it by hand'],
      });
    case 'ended':
      if (end.code === 0) return end.stdout.toString('utf8');
      throw new SyftError(
        'SYFT_FAILED',
        `${path} ended with ${end.code ?? 'a signal'}: ${end.stderr.trim()}`,
        { suggestions: ['Run it by hand on the same image'] },
      );
  }
}
