/**
 * Zarf and UDS read YAML with a library of their own kind of numbers. Where a text is written
 * without quotes, that and YAML 1.2 may disagree.
 * @see shared reference of the Zarf package format, 2.2
 */

/** The text every reader takes for an unquoted number or switch in the place of text, if there is one. */
export function textOfScalar(value: number | boolean, written: string): string | undefined {
  return written === String(value) || isTextForGo(written) ? written : undefined;
}

/** Without a point, an exponent makes no number for that library: `1e3` stays text. */
function isTextForGo(written: string): boolean {
  return /^[0-9]+[eE][0-9]+$/.test(written);
}

/** What YAML 1.2 has as text and that library as a number: `1_000`, `0b11`, `-0x1f`. */
export function isNumberForGo(written: string): boolean {
  return /^[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o[0-7_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)$/.test(written);
}
