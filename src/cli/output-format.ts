/** Formats every command has. */
export const commonFormats = ['text', 'json', 'yaml'] as const;

/**
 * The format a command line asks for, before and without parsing it: `--json`, `--output json` or
 * `--output=json` before a `--`, the last one named. A command line that cannot be parsed still gets
 * its error in it. Anything else is `text`.
 */
export function requestedFormat(args: readonly string[]): string {
  const end = args.indexOf('--');
  const flags = end < 0 ? args : args.slice(0, end);
  let format = 'text';
  for (const [index, flag] of flags.entries()) {
    if (flag === '--json') return 'json';
    if (flag.startsWith('--output=')) format = flag.slice('--output='.length);
    else if (flags[index - 1] === '--output') format = flag;
  }
  return format;
}

/** Whether standard output is one document, not lines for people. */
export function documentRequested(args: readonly string[]): boolean {
  return requestedFormat(args) !== 'text';
}
