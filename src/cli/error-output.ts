import { type ExitCode, exitCodes } from '../errors/exit-codes.ts';
import { CowaError } from '../errors/families.ts';
import { renderJson } from '../report/render-json.ts';
import { printableLines } from './printable-lines.ts';

/** What leaves the program about an error: chosen members, never arguments or stacks. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
  readonly suggestions: readonly string[];
  readonly exitCode: ExitCode;
  /** Page about it below the documentation folder. */
  readonly ref?: string;
}

/** Reduces any error to what may be shown. Usage errors of the parser keep exit code 2; strangers are bugs of ours. */
export function toErrorJson(error: unknown): ErrorJson {
  if (error instanceof CowaError) {
    const { code, message, suggestions, exitCode, ref } = error;
    return { code, message, suggestions, exitCode, ...(ref === undefined ? {} : { ref }) };
  }
  const message = error instanceof Error ? error.message : String(error);
  const exit = exitOf(error);
  if (exit === exitCodes.ok) return { code: 'OK', message, suggestions: [], exitCode: exit };
  if (exit !== undefined) {
    return {
      code: 'USAGE',
      message: message
        .replace(/\nSee more help with --help$/, '')
        // The parser lays out what is one sentence.
        .replaceAll(/ *\n\t/g, ': '),
      suggestions: ['Add --help to see what the command takes'],
      exitCode: exitCodes.usage,
    };
  }
  return {
    code: 'INTERNAL',
    message: `a bug of cowa-release: ${message}`,
    suggestions: ['Run it again with COWA_DEBUG=1 and report what it prints'],
    exitCode: exitCodes.internal,
  };
}

/** Whether oclif threw it on purpose: a parse error, or the end of `--help`. */
export function isCommandLineParserError(error: unknown): boolean {
  return exitOf(error) !== undefined;
}

/** The exit code oclif gave to an error of its own; undefined for everything else. */
function exitOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('oclif' in error)) return undefined;
  const { oclif } = error;
  if (typeof oclif !== 'object' || oclif === null || !('exit' in oclif)) return exitCodes.usage;
  return typeof oclif.exit === 'number' ? oclif.exit : exitCodes.usage;
}

/** An error for people: code, message, what to do next, and where it came from. */
export function renderError(error: ErrorJson, cause: unknown, debug: unknown): string {
  const lines = [`Error [${error.code}]: ${error.message}`];
  if (cause instanceof Error && !error.message.includes(cause.message))
    lines.push(`  because: ${cause.message}`);
  for (const suggestion of error.suggestions) lines.push(`  next: ${suggestion}`);
  if (error.ref !== undefined) lines.push(`  see: docs/${error.ref}`);
  if (debug instanceof Error && debug.stack !== undefined) lines.push(debug.stack);
  return `${printableLines(lines.join('\n'))}\n`;
}

/**
 * The same error for programs: the one document of `--output json` and `--output yaml`. Undefined for
 * formats that errors have no form in.
 */
export function renderErrorDocument(error: ErrorJson, format = 'json'): string | undefined {
  const document = { schema: 'cowa-release/error/v1', error };
  if (format === 'json') return renderJson(document);
  // JSON is YAML; a YAML writer is nothing to load while something is going wrong.
  return format === 'yaml' ? renderJson(document) : undefined;
}
