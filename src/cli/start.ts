import { flush, run } from '@oclif/core';
import { exitCodes } from '../errors/exit-codes.ts';
import { CowaError } from '../errors/families.ts';
import { renderError, toErrorJson } from './error-output.ts';

/**
 * Runs one command line to its end and sets the exit code.
 * @param program `root` is the folder of package.json
 */
export async function start(program: { readonly root: string; readonly args: readonly string[] }): Promise<void> {
  try {
    await run([...program.args], program.root);
  } catch (error) {
    conclude(error, wantsJson(program.args));
  }
  await flush();
}

function conclude(error: unknown, json: boolean): void {
  const known = toErrorJson(error);
  if (known.exitCode === exitCodes.ok) return;
  if (json) process.stdout.write(`${JSON.stringify({ schema: 'cowa-release/error/v1', error: known }, null, 2)}\n`);
  else process.stderr.write(renderError(known, error instanceof CowaError ? error.cause : undefined, process.env['COWA_DEBUG'] === '1' ? error : undefined));
  process.exitCode = known.exitCode;
}

function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.includes('--json') || flags.includes('--output=json') || flags[flags.indexOf('--output') + 1] === 'json';
}
