import { printable } from '../support/printable.ts';

/**
 * Text for an element or a quoted attribute of XML and HTML. What neither may hold, even escaped, is
 * spelt out; a mark that build servers take for a command is broken up.
 * @see XML 1.0, 2.2
 */
export function escapeMarkup(text: string, maxLength = 4000): string {
  return printable(text, maxLength)
    .replaceAll(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replaceAll(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll(/##(?=\[|vso\[|teamcity\[)/gi, '#&#35;');
}
