import { TextLines } from '../../support/text-lines.ts';
import { HclFault, type HclPlace } from './hcl-syntax.ts';

const identifier = /[\p{ID_Start}][\p{ID_Continue}-]*/uy;
const number = /[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const blank = /[ \t]*/y;
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
};

/** More than any definition has; each costs memory. */
const maxExpressions = 100_000;

/** A place in HCL text, and the smallest steps from there. Lines may end in LF or CRLF. */
export class HclScanner {
  readonly #text: string;
  readonly #lines: TextLines;
  readonly #end: number;
  readonly #budget: { expressions: number };
  at: number;

  constructor(
    text: string,
    lines = new TextLines(text),
    at = 0,
    end = text.length,
    budget = { expressions: maxExpressions },
  ) {
    this.#text = text;
    this.#lines = lines;
    this.at = at;
    this.#end = end;
    this.#budget = budget;
  }

  /** Counts an expression that begins here. */
  count(): void {
    if (this.#budget.expressions-- > 0) return;
    const message = `the file has more than ${maxExpressions} expressions`;
    throw new HclFault('DOCUMENT_ALIAS_LIMIT', this.place(), message);
  }

  /** True when nothing is left. */
  get done(): boolean {
    return this.at >= this.#end;
  }

  /** One UTF-16 unit, `''` behind the end. */
  peek(ahead = 0): string {
    return this.at + ahead < this.#end ? this.#text.charAt(this.at + ahead) : '';
  }

  startsWith(words: string): boolean {
    return this.at + words.length <= this.#end && this.#text.startsWith(words, this.at);
  }

  /** Moves behind the words if they stand here. */
  take(words: string): boolean {
    const found = this.startsWith(words);
    if (found) this.at += words.length;
    return found;
  }

  /** Skips blanks and comments, and line ends where they mean nothing. */
  space(lines: boolean): void {
    for (;;) {
      this.#match(blank);
      if (this.startsWith('#') || this.startsWith('//')) this.#toLineEnd();
      else if (this.startsWith('/*')) {
        const close = this.#text.indexOf('*/', this.at + 2);
        if (close < 0 || close + 2 > this.#end) this.fail('a comment is not closed');
        this.at = close + 2;
      } else if (!lines || !this.newline()) return;
    }
  }

  /** Moves behind a line end if one is here. */
  newline(): boolean {
    return this.take('\r\n') || this.take('\n');
  }

  /** An identifier, or undefined. */
  identifier(): string | undefined {
    const found = this.#match(identifier);
    return found === '' ? undefined : found;
  }

  /** A number without sign, or undefined. */
  number(): number | undefined {
    const found = this.#match(number);
    return found === '' ? undefined : Number(found);
  }

  /** The character an escape in a quoted template stands for; the backslash is here. */
  escape(): string {
    const code = this.peek(1);
    const width = code === 'u' ? 4 : code === 'U' ? 8 : 0;
    if (width > 0) {
      const hex = this.#text.slice(this.at + 2, this.at + 2 + width);
      const point =
        /^[0-9a-fA-F]+$/.test(hex) && hex.length === width ? Number.parseInt(hex, 16) : -1;
      if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
        this.fail(`'\\${code}' needs ${width} hexadecimal digits of a character`);
      this.at += 2 + width;
      return String.fromCodePoint(point);
    }
    const plain = Object.hasOwn(escapes, code) ? escapes[code] : undefined;
    if (plain === undefined) this.fail('unknown escape in a quoted text');
    this.at += 2;
    return plain;
  }

  /** The rest of this line without its end, moving behind the end. */
  line(): { readonly text: string; readonly last: boolean } {
    const start = this.at;
    this.#toLineEnd();
    const text = this.#text.slice(start, this.at);
    return { text, last: !this.newline() };
  }

  /** The same text between two offsets, with places of the whole. */
  within(from: number, to: number): HclScanner {
    return new HclScanner(this.#text, this.#lines, from, to, this.#budget);
  }

  place(at = this.at): HclPlace {
    return this.#lines.placeAt(at);
  }

  fail(message: string, at = this.at): never {
    throw new HclFault('DOCUMENT_SYNTAX', this.place(at), message);
  }

  #toLineEnd(): void {
    const next = this.#text.indexOf('\n', this.at);
    this.at = next < 0 || next > this.#end ? this.#end : next;
    if (this.#text.charAt(this.at - 1) === '\r' && next >= 0 && this.at < this.#end) this.at -= 1;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    const kept = found.slice(0, Math.max(0, this.#end - this.at));
    this.at += kept.length;
    return kept;
  }
}
