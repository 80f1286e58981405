/** A group of a fingerprint: four digits, and the words they are read with. */
export interface SpokenGroup {
  readonly hex: string;
  readonly words: readonly string[];
}

/** One word for each hex digit, as they are spelt over bad lines; no two sound alike. @see ICAO spelling alphabet */
const words: Readonly<Record<string, string>> = {
  '0': 'zero',
  '1': 'one',
  '2': 'two',
  '3': 'three',
  '4': 'four',
  '5': 'five',
  '6': 'six',
  '7': 'seven',
  '8': 'eight',
  '9': 'nine',
  a: 'alfa',
  b: 'bravo',
  c: 'charlie',
  d: 'delta',
  e: 'echo',
  f: 'foxtrot',
};

/** A fingerprint in groups of four, for reading aloud: lower-case hex in, every digit once. */
export function spokenFingerprint(hex: string): readonly SpokenGroup[] {
  return (hex.match(/.{1,4}/g) ?? []).map((group) => ({
    hex: group,
    words: [...group].map((digit) => words[digit] ?? digit),
  }));
}

/** The fingerprint as a text file: one line as programs print it, then a line for each group. */
export function renderFingerprint(hex: string): string {
  const lines = spokenFingerprint(hex).map(
    ({ hex: group, words: said }, index) =>
      `${String(index + 1).padStart(2)}  ${group}  ${said.join(' ')}`,
  );
  return [
    'Fingerprint of the release key: SHA-256 of the public key, 64 hex digits in 16 groups.',
    'The sender reads it aloud from his own copy, over another way than this medium came;',
    'the receiver compares every group with what his own program prints.',
    '',
    hex,
    '',
    ...lines,
    '',
  ].join('\n');
}
