import type { Place } from './deployed-package.ts';
import type { TextEdit } from './lint-check.ts';

/**
 * The edit that puts another text in the place of one that stands there as it is written, quoted or not; none
 * where something else stands, such as a template.
 */
export function replaceLiteral(
  text: string | undefined,
  { file, line, column }: Place,
  before: string,
  after: string,
): readonly TextEdit[] {
  const written = text?.split('\n')[line - 1]?.slice(column - 1) ?? '';
  const quote = /^["']/.exec(written)?.[0] ?? '';
  const rest = written.slice(quote.length + before.length);
  const stands =
    before !== '' &&
    written.startsWith(`${quote}${before}`) &&
    (quote === '' ? /^(?:\s|,|\]|\}|$)/.test(rest) : rest.startsWith(quote));
  if (!stands || /[^A-Za-z0-9._+-]/.test(after)) return [];
  return [{ file, line, column: column + quote.length, length: before.length, replacement: after }];
}
