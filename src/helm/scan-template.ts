import { TextLines } from '../support/text-lines.ts';
import { TemplateFailure, type TemplatePlace } from './template-fault.ts';

/** A piece of a template: text between actions, or one word of an action. */
export interface Token {
  readonly kind:
    | 'text'
    | 'open'
    | 'close'
    | 'space'
    | 'word'
    | 'field'
    | 'variable'
    | 'string'
    | 'number'
    | 'char'
    | 'dot'
    | '('
    | ')'
    | '|'
    | ','
    | ':='
    | '=';
  readonly text: string;
  readonly place: TemplatePlace;
}

/** Space, tab and line ends: what trim marks take away. */
function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/**
 * Cuts a template into tokens by the rules of Go's lexer, white space marks applied.
 * @throws TemplateFailure for an action that is not closed, a comment that is not, a bad character
 * @see https://pkg.go.dev/text/template#hdr-Text_and_spaces
 */
export function scanTemplate(source: string, file: string): readonly Token[] {
  const scan = new Scan(source, file);
  return scan.tokens();
}

class Scan {
  readonly #source: string;
  readonly #file: string;
  readonly #tokens: Token[] = [];
  readonly #lines: TextLines;
  #at = 0;

  constructor(source: string, file: string) {
    this.#source = source;
    this.#file = file;
    this.#lines = new TextLines(source);
  }

  tokens(): readonly Token[] {
    let trimNext = false;
    while (this.#at < this.#source.length) {
      const open = this.#source.indexOf('{{', this.#at);
      const end = open < 0 ? this.#source.length : open;
      const trims = open >= 0 && /^\{\{-[ \t\r\n]/.test(this.#source.slice(open, open + 4));
      let start = this.#at;
      let stop = end;
      if (trimNext) while (start < end && isSpace(this.#source.charCodeAt(start))) start++;
      if (trims) while (stop > start && isSpace(this.#source.charCodeAt(stop - 1))) stop--;
      if (stop > start) this.#add('text', this.#source.slice(start, stop), start);
      if (open < 0) break;
      this.#at = open + (trims ? 4 : 2);
      trimNext = this.#comment() ?? this.#action(open);
    }
    return this.#tokens;
  }

  /** A comment and whether it trims what follows; undefined when this is none. */
  #comment(): boolean | undefined {
    if (!this.#source.startsWith('/*', this.#at)) return undefined;
    const end = this.#source.indexOf('*/', this.#at + 2);
    if (end < 0) throw new TemplateFailure('a comment is not closed', this.place(this.#at));
    const rest = /^(?:[ \t\r\n]-)?\}\}/.exec(this.#source.slice(end + 2, end + 6));
    if (rest === null)
      throw new TemplateFailure('a comment ends before its action does', this.place(end));
    this.#at = end + 2 + rest[0].length;
    return rest[0].length > 2;
  }

  /** One action up to its end; whether it trims what follows. */
  #action(open: number): boolean {
    this.#add('open', '{{', open);
    for (;;) {
      const rest = this.#source.slice(this.#at, this.#at + 4);
      if (rest === '') throw new TemplateFailure('an action is not closed', this.place(open));
      const trims = /^[ \t\r\n]-\}\}/.test(rest);
      if (trims || rest.startsWith('}}')) {
        this.#add('close', '}}', this.#at);
        this.#at += trims ? 4 : 2;
        return trims;
      }
      this.#word();
    }
  }

  #word(): void {
    const start = this.#at;
    for (const [kind, form] of forms) {
      form.lastIndex = start;
      const found = form.exec(this.#source);
      if (found === null) continue;
      this.#at = start + found[0].length;
      this.#add(kind, found[0], start);
      return;
    }
    throw new TemplateFailure(
      `${JSON.stringify(this.#source.slice(start, start + 10))} is no part of an action`,
      this.place(start),
    );
  }

  #add(kind: Token['kind'], text: string, at: number): void {
    this.#tokens.push({ kind, text, place: this.place(at) });
  }

  place(at: number): TemplatePlace {
    return { file: this.#file, ...this.#lines.placeAt(at) };
  }
}

/** Tried in this order; the numbers are Go's literals. */
const forms: readonly (readonly [Token['kind'], RegExp])[] = [
  // The space in front of a closing trim mark belongs to the mark.
  ['space', /[ \t\r\n]+?(?=[ \t\r\n]-\}\})|[ \t\r\n]+/y],
  [':=', /:=/y],
  ['=', /=/y],
  ['|', /\|/y],
  [',', /,/y],
  ['(', /\(/y],
  [')', /\)/y],
  ['string', /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`/y],
  ['char', /'(?:[^'\\\n]|\\[^\n])+'/y],
  [
    'number',
    /[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)(?![\p{L}\p{N}_])/uy,
  ],
  ['field', /\.[\p{L}_][\p{L}\p{N}_]*/uy],
  ['dot', /\./y],
  ['variable', /\$[\p{L}\p{N}_]*/uy],
  ['word', /[\p{L}_][\p{L}\p{N}_]*/uy],
];
