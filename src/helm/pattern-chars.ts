/** Whether a character, by its code point, is meant. */
export type CharTest = (code: number) => boolean;

/** `\d`, `\w` and their like, by the letter behind the backslash. */
export function perlClass(letter: string): CharTest | undefined {
  return perlClasses.get(letter);
}

/** `[:alpha:]` and its like, by the name. */
export function posixClass(name: string): CharTest | undefined {
  return posixClasses.get(name);
}

const digit: CharTest = (code) => code >= 48 && code <= 57;
const upper: CharTest = (code) => code >= 65 && code <= 90;
const lower: CharTest = (code) => code >= 97 && code <= 122;
const alpha: CharTest = (code) => upper(code) || lower(code);
const space: CharTest = (code) =>
  code === 32 || (code >= 9 && code <= 10) || code === 12 || code === 13;

/** Letters, digits and `_` of ASCII. */
export const isWord: CharTest = (code) => alpha(code) || digit(code) || code === 95;

const perlClasses = new Map<string, CharTest>([
  ['d', digit],
  ['D', (code) => !digit(code)],
  ['w', isWord],
  ['W', (code) => !isWord(code)],
  ['s', space],
  ['S', (code) => !space(code)],
]);
const graph: CharTest = (code) => code > 32 && code < 127;
const posixClasses = new Map<string, CharTest>([
  ['alnum', (code) => alpha(code) || digit(code)],
  ['alpha', alpha],
  ['ascii', (code) => code < 128],
  ['blank', (code) => code === 32 || code === 9],
  ['cntrl', (code) => code < 32 || code === 127],
  ['digit', digit],
  ['graph', graph],
  ['lower', lower],
  ['print', (code) => code >= 32 && code < 127],
  ['punct', (code) => graph(code) && !alpha(code) && !digit(code)],
  ['space', (code) => space(code) || code === 11],
  ['upper', upper],
  ['word', isWord],
  ['xdigit', (code) => digit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)],
]);

const exact = new WeakMap<CharTest, number>();

/** The one character. */
export function is(wanted: number): CharTest {
  const test: CharTest = (code) => code === wanted;
  exact.set(test, wanted);
  return test;
}

/** The one character of a text. */
export function only(char: string): CharTest {
  return is(char.codePointAt(0) ?? 0);
}

/** The one character a test is for. */
export function codeOf(test: CharTest): number | undefined {
  return exact.get(test);
}

/** The same in either case. */
export function folded(test: CharTest, ignoreCase: boolean): CharTest {
  if (!ignoreCase) return test;
  return (code) => test(code) || [...forms(code)].some(test);
}

function* forms(code: number): Generator<number> {
  const char = String.fromCodePoint(code);
  for (const form of [char.toLowerCase(), char.toUpperCase(), char.toUpperCase().toLowerCase()])
    if ([...form].length === 1) yield form.codePointAt(0) ?? code;
}

/** `\p{name}`: a category or script; undefined for what is none. */
export function propertyOf(name: string): CharTest | undefined {
  if (!/^[A-Za-z_]+$/.test(name)) return undefined;
  for (const written of [`\\p{${name}}`, `\\p{Script=${name}}`]) {
    try {
      const form = new RegExp(`^${written}$`, 'u');
      return (code) => form.test(String.fromCodePoint(code));
    } catch {
      // The other way of writing it, or none.
    }
  }
  return undefined;
}
