import { UsageError } from '../errors/families.ts';

/** The command line itself is wrong, before any command runs. */
export class CommandLineError extends UsageError<
  'COMMAND_UNKNOWN' | 'ARGUMENT_UNEXPECTED' | 'ARGUMENT_MISSING'
> {}

/**
 * What the parser throws where arguments are missing, in words of our own: its own tell of flags that
 * nobody named. Undefined for other errors.
 * @param examples of the command, the first of which is shown
 */
export function missingArguments(
  error: unknown,
  examples: readonly string[],
): CommandLineError | undefined {
  if (
    !(error instanceof Error) ||
    !('args' in error) ||
    !/^Missing \d+ required/.test(error.message)
  )
    return undefined;
  const args: readonly unknown[] = Array.isArray(error.args) ? error.args : [];
  const named = args.flatMap((arg) => {
    if (typeof arg !== 'object' || arg === null || !('name' in arg)) return [];
    const about =
      'description' in arg && typeof arg.description === 'string' ? arg.description : '';
    return [`<${String(arg.name)}>${about === '' ? '' : ` (${about})`}`];
  });
  const [example] = examples;
  return new CommandLineError(
    'ARGUMENT_MISSING',
    `nothing was named: expected ${named.join(' and ')}`,
    {
      suggestions: [
        ...(example === undefined ? [] : [example]),
        'Add --help to see what the command takes',
      ],
    },
  );
}
