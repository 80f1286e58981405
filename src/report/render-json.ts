/**
 * A value as one JSON document that is also safe to look at: control characters and marks that reorder
 * text stand as `\uXXXX` (JSON itself escapes only some of them), and nothing in it reads as a
 * command of a build server. Ends with a line break.
 */
export function renderJson(value: unknown): string {
  return `${escapeInStrings(JSON.stringify(value, null, 2))}\n`;
}

/** Only strings of a JSON document can hold these characters, so replacing them anywhere is right. */
export function escapeInStrings(document: string): string {
  return document
    .replaceAll(
      /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll(/##(?=\[|vso\[|teamcity\[)/gi, '#\\u0023');
}
