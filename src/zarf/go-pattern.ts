/** `undecided`: the pattern uses what only one of the two languages has, or means by it something else. */
export type PatternVerdict = 'matches' | 'differs' | 'invalid' | 'undecided';

/**
 * Judges a text by a regular expression in Go's syntax (RE2), as far as JavaScript means the same.
 * Only for patterns the user wrote: JavaScript may take very long over a malicious one.
 * @see RE2 syntax
 */
export function matchGoPattern(pattern: string, text: string): PatternVerdict {
  // Both refuse each other's: RE2 has no look-around and no back references.
  if (/\(\?(?:=|!|<[=!])/.test(pattern) || /(?<!\\)(?:\\\\)*\\[1-9k]/.test(pattern))
    return 'invalid';
  if (onlyInGo.test(pattern)) return 'undecided';
  try {
    return new RegExp(pattern).test(text) ? 'matches' : 'differs';
  } catch {
    return 'invalid';
  }
}

/** Flags, named groups, classes by name, anchors and quoting that JavaScript spells differently. */
const onlyInGo = /\(\?[A-Za-z-]|\[\[:|\\[pPAzQECax]|(?:^|[^\\])\{,|\*\+|\+\+|\?\+/;
