import type { Run } from '../../support/run.ts';
import { runProgram } from '../process/run-program.ts';
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

/**
 * Runs a program once in a process group of its own, and ends all of the group when it takes too long, says too
 * much, or the run is stopped. Its exit status is told, not judged: the protocol gives it no meaning.
 * @throws KmsPluginError KMS_PLUGIN_UNUSABLE, KMS_PLUGIN_TIMEOUT, KMS_PLUGIN_OUTPUT
 */
export async function callPlugin(call: PluginCall, run: Run): Promise<PluginEnd> {
  const { path: program, args, env, input, timeoutMs } = call;
  const end = await runProgram(
    {
      ...{ program, args, env, input, timeoutMs, graceMs, lingerMs, keptErrorBytes },
      output: { maxBytes: maxOutputBytes, more: 'end' },
    },
    run,
  );
  switch (end.kind) {
    case 'ended': {
      const { stdout, stderr, code, signal } = end;
      const how =
        signal === null ? `ended with status ${code ?? 'unknown'}` : `was ended by ${signal}`;
      return { stdout, stderr, end: how };
    }
    case 'late':
      throw tooLate(call);
    case 'too-much':
      throw tooMuch(call);
    case 'not-started':
      throw new KmsPluginError(
        'KMS_PLUGIN_UNUSABLE',
        `the KMS plugin ${call.path} cannot be started`,
        {
          cause: end.cause,
          suggestions: ['Check that it is a program for this machine: run it by hand'],
        },
      );
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
