import {
  type CharTest,
  codeOf,
  folded,
  is,
  only,
  perlClass,
  posixClass,
  propertyOf,
} from './pattern-chars.ts';
import { TemplateFailure, TemplateUndecided } from './template-fault.ts';

/** A pattern taken apart. */
export type PatternNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'group'; readonly index: number; readonly inner: PatternNode }
  | { readonly kind: 'sequence' | 'choice'; readonly items: readonly PatternNode[] }
  | {
      readonly kind: 'repeat';
      readonly inner: PatternNode;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
    };

export type Assertion = 'start' | 'end' | 'line-start' | 'line-end' | 'word' | 'no-word';

export interface ParsedPattern {
  readonly root: PatternNode;
  /** Groups, the whole not counted. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
}

const maxRepeat = 1000;
const maxDepth = 250;
const maxLength = 2 ** 16;
const maxClassItems = 1000;

/**
 * Reads a pattern in the syntax of Go's regexp (RE2).
 * @throws TemplateFailure for what Go refuses; TemplateUndecided for what is not known here
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function parsePattern(text: string): ParsedPattern {
  if (text.length > maxLength)
    throw new TemplateUndecided('regex', 'a pattern longer than is looked at');
  return new Parse(text).whole();
}

class Parse {
  readonly #text: string;
  readonly #chars: readonly string[];
  readonly #names = new Map<string, number>();
  #at = 0;
  #groups = 0;
  #depth = 0;
  #flags: Flags = { i: false, m: false, s: false, U: false };

  constructor(text: string) {
    this.#text = text;
    this.#chars = [...text];
  }

  whole(): ParsedPattern {
    const root = this.#choice();
    if (this.#at < this.#chars.length) throw this.#wrong('a ) too many');
    if (!repeatsFit(root, maxRepeat))
      throw this.#wrong('repetitions of repetitions that are too many');
    return { root, groups: this.#groups, names: this.#names };
  }

  #choice(): PatternNode {
    if (++this.#depth > maxDepth) throw this.#wrong('nested too deeply');
    const items = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at++;
      items.push(this.#sequence());
    }
    this.#depth--;
    return items.length === 1 ? (items[0] ?? { kind: 'empty' }) : { kind: 'choice', items };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    for (
      let char = this.#peek();
      char !== undefined && char !== '|' && char !== ')';
      char = this.#peek()
    ) {
      const item = this.#atom();
      if (item !== undefined) items.push(...(Array.isArray(item) ? item : [this.#repeated(item)]));
    }
    return { kind: 'sequence', items };
  }

  #repeated(inner: PatternNode): PatternNode {
    const bounds = this.#bounds();
    if (bounds === undefined) return inner;
    const lazy = this.#peek() === '?';
    if (lazy) this.#at++;
    const [least, most] = bounds;
    if (
      least > most ||
      least > maxRepeat ||
      (most !== Number.POSITIVE_INFINITY && most > maxRepeat)
    )
      throw this.#wrong('a repetition that is none');
    const start = this.#at;
    if (this.#bounds() !== undefined) throw this.#wrong('a repetition of a repetition');
    this.#at = start;
    return { kind: 'repeat', inner, least, most, greedy: lazy === this.#flags.U };
  }

  #bounds(): readonly [number, number] | undefined {
    const char = this.#peek();
    const simple = char === undefined ? undefined : repeats[char];
    if (simple !== undefined) {
      this.#at++;
      return simple;
    }
    const found = /^\{(\d+)(,(\d*))?\}/.exec(this.#chars.slice(this.#at, this.#at + 24).join(''));
    if (found === null) return undefined;
    this.#at += found[0].length;
    const least = Number(found[1]);
    if (found[2] === undefined) return [least, least];
    return [least, found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3])];
  }

  /** One thing that can be repeated; several for quoted text; nothing for flags. */
  #atom(): PatternNode | PatternNode[] | undefined {
    const char = this.#next();
    const { i, m, s } = this.#flags;
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'char', test: folded(this.#class(), i) };
      case '.':
        return { kind: 'char', test: s ? () => true : (code) => code !== 10 };
      case '^':
        return { kind: 'assert', what: m ? 'line-start' : 'start' };
      case '$':
        return { kind: 'assert', what: m ? 'line-end' : 'end' };
      case '*':
      case '+':
      case '?':
        throw this.#wrong('a repetition of nothing');
      case '\\':
        return this.#escape();
      default:
        return { kind: 'char', test: folded(only(char), i) };
    }
  }

  #group(): PatternNode | undefined {
    const before = this.#flags;
    let index: number | undefined;
    if (this.#peek() === '?') {
      const rest = this.#chars.slice(this.#at, this.#at + 80).join('');
      const named = /^\?P?<([A-Za-z0-9_]+)>/.exec(rest);
      const flags = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
      if (named !== null) {
        this.#at += named[0].length;
        index = ++this.#groups;
        const name = named[1] ?? '';
        if (this.#names.has(name)) throw this.#wrong('two groups of one name');
        this.#names.set(name, index);
      } else if (flags !== null) {
        this.#at += flags[0].length;
        this.#flags = withFlags(withFlags(before, flags[1] ?? '', true), flags[2] ?? '', false);
        if (flags[3] === ')') return undefined;
      } else throw this.#wrong('a group that is none');
    } else index = ++this.#groups;
    const inner = this.#choice();
    if (this.#next() !== ')') throw this.#wrong('a ) is missing');
    this.#flags = before;
    return index === undefined ? inner : { kind: 'group', index, inner };
  }

  #escape(): PatternNode | PatternNode[] {
    const char = this.#peek();
    if (char === 'Q') return this.#quoted();
    const what = char === undefined ? undefined : assertions[char];
    if (what !== undefined) {
      this.#at++;
      return { kind: 'assert', what };
    }
    if (char === 'C') throw new TemplateUndecided('regex', 'a pattern over single bytes');
    return { kind: 'char', test: folded(this.#escaped(), this.#flags.i) };
  }

  /** `\Q…\E`; a repetition behind it is of its last character. */
  #quoted(): PatternNode[] {
    this.#at++;
    const start = this.#at;
    let end = start;
    while (end < this.#chars.length && !(this.#chars[end] === '\\' && this.#chars[end + 1] === 'E'))
      end++;
    const quoted = this.#chars.slice(start, end);
    this.#at = end + 2;
    const nodes = quoted.map(
      (char): PatternNode => ({ kind: 'char', test: folded(only(char), this.#flags.i) }),
    );
    const last = nodes.pop();
    return last === undefined ? nodes : [...nodes, this.#repeated(last)];
  }

  /** Behind a backslash, in a class or outside. */
  #escaped(): CharTest {
    const char = this.#next();
    const known = perlClass(char);
    if (known !== undefined) return known;
    if (char === 'p' || char === 'P') return this.#property(char === 'P');
    if (char === 'x') {
      const found = /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(
        this.#chars.slice(this.#at, this.#at + 8).join(''),
      );
      if (found === null) throw this.#wrong('an escape that is none');
      this.#at += found[0].length;
      return is(Number.parseInt(found[1] ?? found[2] ?? '', 16));
    }
    if (/[0-7]/.test(char)) {
      const more =
        /^[0-7]{0,2}/.exec(this.#chars.slice(this.#at, this.#at + 2).join(''))?.[0] ?? '';
      // A digit alone would refer back, which Go has not.
      if (char !== '0' && more === '') throw this.#wrong('an escape that is none');
      this.#at += more.length;
      return is(Number.parseInt(char + more, 8));
    }
    const control = controls[char];
    if (control !== undefined) return is(control);
    if (/[A-Za-z0-9\u0080-\uffff]/.test(char)) throw this.#wrong('an escape that is none');
    return only(char);
  }

  #property(negated: boolean): CharTest {
    let name = this.#next();
    if (name === '{') {
      const end = this.#chars.indexOf('}', this.#at);
      if (end < 0) throw this.#wrong('a class that is open');
      name = this.#chars.slice(this.#at, end).join('');
      this.#at = end + 1;
    }
    const inverted = name.startsWith('^');
    const test = propertyOf(inverted ? name.slice(1) : name);
    if (test === undefined) throw this.#wrong(`a class ${name} that is not known`);
    return negated === inverted ? test : (code) => !test(code);
  }

  #class(): CharTest {
    const tests: CharTest[] = [];
    const negated = this.#peek() === '^';
    if (negated) this.#at++;
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      const rest = this.#chars.slice(this.#at, this.#at + 40).join('');
      const posix = /^\[:(\^?)([a-z]+):\]/.exec(rest);
      if (posix !== null) {
        const test = posixClass(posix[2] ?? '');
        if (test === undefined) throw this.#wrong(`a class ${posix[0]} that is not known`);
        tests.push(posix[1] === '^' ? (code) => !test(code) : test);
        this.#at += posix[0].length;
        continue;
      }
      if (tests.length >= maxClassItems)
        throw new TemplateUndecided('regex', 'a class of more characters than are looked at');
      const low = this.#classChar();
      if (this.#peek() !== '-' || this.#chars[this.#at + 1] === ']') {
        tests.push(low);
        continue;
      }
      const from = codeOf(low);
      this.#at++;
      const to = codeOf(this.#classChar());
      if (from === undefined || to === undefined || from > to)
        throw this.#wrong('a range that is none');
      tests.push((code) => code >= from && code <= to);
    }
    this.#at++;
    const any: CharTest = (code) => tests.some((test) => test(code));
    return negated ? (code) => !any(code) : any;
  }

  #classChar(): CharTest {
    const char = this.#next();
    return char === '\\' ? this.#escaped() : only(char);
  }

  #peek(): string | undefined {
    return this.#chars[this.#at];
  }

  #next(): string {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw this.#wrong('it ends too early');
    return char;
  }

  #wrong(why: string): TemplateFailure {
    return new TemplateFailure(`regexp: ${this.#text.slice(0, 100)} is no pattern: ${why}`);
  }
}

const repeats: Readonly<Record<string, readonly [number, number]>> = {
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '?': [0, 1],
};
const assertions: Readonly<Record<string, Assertion>> = {
  A: 'start',
  z: 'end',
  b: 'word',
  B: 'no-word',
};
const controls: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

/** Go lets one and the same thing be repeated a thousand times, whatever stands between. */
function repeatsFit(node: PatternNode, left: number): boolean {
  if (node.kind === 'group') return repeatsFit(node.inner, left);
  if (node.kind === 'sequence' || node.kind === 'choice')
    return node.items.every((item) => repeatsFit(item, left));
  if (node.kind !== 'repeat' || node.most === 0) return true;
  const times = Number.isFinite(node.most) ? node.most : node.least;
  if (times > left) return false;
  return repeatsFit(node.inner, times > 0 ? Math.floor(left / times) : left);
}

function withFlags(flags: Flags, letters: string, on: boolean): Flags {
  return { ...flags, ...Object.fromEntries([...letters].map((letter) => [letter, on])) };
}
