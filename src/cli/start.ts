import { flush, run } from '@oclif/core';
import { exitCodes } from '../errors/exit-codes.ts';
import { CowaError } from '../errors/families.ts';
import { endNow } from './end-now.ts';
import { renderError, renderErrorDocument, toErrorJson } from './error-output.ts';
import { loadProgram } from './load-program.ts';
import { jsonRequested } from './output-format.ts';

/** How the program was started. */
export interface Start {
  /** The folder of package.json. */
  readonly root: string;
  readonly args: readonly string[];
  /** Take the commands from src/ instead of dist/. */
  readonly source?: boolean;
}

/** Runs one command line to its end and sets the exit code. */
export async function start({ root, args, source = false }: Start): Promise<void> {
  const json = jsonRequested(args);
  process.on('uncaughtException', (error) => {
    conclude(error, json);
    process.exit();
  });
  // A reader that had enough (`| head`) closes the pipe; what was not said is not a success.
  process.stdout.on('error', () => process.exit(process.exitCode ?? exitCodes.environment));
  try {
    const config = await loadProgram({ root, source });
    await run([...args], config);
  } catch (error) {
    conclude(error, json);
  }
  await flush();
  // Whatever an interrupted operation left open must not keep the program alive.
  if (process.exitCode === exitCodes.interrupted) endNow(exitCodes.interrupted);
}

function conclude(error: unknown, json: boolean): void {
  const known = toErrorJson(error);
  if (known.exitCode === exitCodes.ok) return;
  const cause = error instanceof CowaError ? error.cause : undefined;
  const debug = process.env['COWA_DEBUG'] === '1' ? error : undefined;
  if (json) process.stdout.write(renderErrorDocument(known));
  else process.stderr.write(renderError(known, cause, debug));
  process.exitCode = known.exitCode;
}
