import { printable } from '../support/printable.ts';
import { withoutCommands } from '../support/without-commands.ts';

/** Longest text of one code span; the rest of a long name says little. */
const maxSpanLength = 600;

/**
 * Text as a code span: nothing in it is markup, a mention, a link or a number of an issue. The fence
 * is longer than any run of backticks in it.
 * @see CommonMark 0.31, 6.1
 */
export function codeSpan(text: string): string {
  const shown = withoutCommands(printable(text, maxSpanLength)).replaceAll(/\s+/g, ' ');
  if (shown.trim() === '') return '` `';
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Our own words in Markdown: every character that could be markup stands as itself. */
export function plainMarkdown(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]#|~@]/g, (character) => `&#${character.charCodeAt(0)};`);
}
