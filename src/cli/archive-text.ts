import { printable } from '../support/printable.ts';
import { wrapText } from './wrap-text.ts';

/** Lines of a text that holds words of an archive: what could move the cursor or colour a line is spelt out, line breaks are spaces. */
export function archiveText(
  text: string,
  columns: number,
  first: string,
  rest: string,
): readonly string[] {
  return wrapText(printable(text.replaceAll(/\s*\n\s*/g, ' '), 4000), columns, first, rest);
}
