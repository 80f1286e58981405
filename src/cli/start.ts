import { flush, run } from '@oclif/core';
import { exitCodes } from '../errors/exit-codes.ts';
import { CowaError, EnvironmentError, InternalError } from '../errors/families.ts';
import { endNow } from './end-now.ts';
import { renderError, renderErrorDocument, toErrorJson } from './error-output.ts';
import { loadProgram } from './load-program.ts';
import { requestedFormat } from './output-format.ts';

/** How the program was started. */
export interface Start {
  /** The folder of package.json. */
  readonly root: string;
  readonly args: readonly string[];
  /** Take the commands from src/ instead of dist/. */
  readonly source?: boolean;
}

/** What was to be said could not be said where standard output goes. */
class StandardOutputError extends EnvironmentError<'STDOUT_UNWRITABLE'> {}

/** Runs one command line to its end and sets the exit code. */
export async function start({ root, args, source = false }: Start): Promise<void> {
  const format = requestedFormat(args);
  process.on('uncaughtException', (error) => {
    conclude(error, format);
    process.exit();
  });
  // A reader that had enough (`| head`) closes the pipe; what was not said is not a success.
  process.stdout.on('error', () => process.exit(process.exitCode ?? exitCodes.environment));
  try {
    const config = await loadProgram({ root, source });
    await run([...args], config);
  } catch (error) {
    conclude(error, format);
  }
  await flush();
  // Whatever an interrupted operation left open must not keep the program alive.
  if (process.exitCode === exitCodes.interrupted) endNow(exitCodes.interrupted);
}

/** A file that standard output goes to may lie on a full disk: writing to it throws, and that is no bug. */
function fromStandardOutput(thrown: unknown): unknown {
  const error = thrown instanceof InternalError ? thrown.cause : thrown;
  if (!(error instanceof Error) || error instanceof CowaError) return undefined;
  if (!('syscall' in error) || error.syscall !== 'write' || !('code' in error)) return undefined;
  return new StandardOutputError(
    'STDOUT_UNWRITABLE',
    `the result cannot be written to standard output (${String(error.code)})`,
    { cause: error, suggestions: ['Free space where it goes, or send it somewhere else'] },
  );
}

function conclude(thrown: unknown, format: string): void {
  const unsaid = fromStandardOutput(thrown);
  const error = unsaid ?? thrown;
  const known = toErrorJson(error);
  if (known.exitCode === exitCodes.ok) return;
  const cause = error instanceof CowaError ? error.cause : undefined;
  const debug = process.env['COWA_DEBUG'] === '1' ? error : undefined;
  const document = unsaid === undefined ? renderErrorDocument(known, format) : undefined;
  if (document !== undefined) process.stdout.write(document);
  else process.stderr.write(renderError(known, cause, debug));
  process.exitCode = known.exitCode;
}
