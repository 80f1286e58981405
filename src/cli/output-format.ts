/**
 * Whether a command line asks for one JSON document: `--json`, `--output json` or `--output=json`
 * before a `--`. Needed before and without parsing: a command line that cannot be parsed still gets
 * its error as a document.
 */
export function jsonRequested(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.some(
    (flag, index) =>
      flag === '--json' ||
      flag === '--output=json' ||
      (flag === 'json' && flags[index - 1] === '--output'),
  );
}
