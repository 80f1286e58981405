/**
 * Text from an archive as it may be shown: control characters, line breaks and marks that reorder
 * text become `\u{…}`, so that no name can move the cursor, colour a verdict or stand on a line of
 * its own. Longer texts are cut.
 * @param maxLength characters kept, at least 1
 * @see Unicode TR 36, 3; CVE-2021-42574
 */
export function printable(text: string, maxLength = 1000): string {
  const kept = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return kept.replaceAll(
    /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
