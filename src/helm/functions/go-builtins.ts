import { integerOf, show, sprintf } from '../go-format.ts';
import {
  compareBytes,
  GoMap,
  type GoValue,
  Int64,
  isList,
  isTrue,
  kindOf,
  typeOf,
} from '../go-value.ts';
import { TemplateFailure, TemplateUndecided } from '../template-fault.ts';
import { at, type FunctionTable, fn, textAt } from '../template-function.ts';

/** What Go's `text/template` brings itself. */
export const goBuiltins: FunctionTable = {
  and: fn('aa*', (args) => at(args, -1)),
  or: fn('aa*', (args) => at(args, -1)),
  not: fn('a', (args) => !isTrue(at(args, 0))),
  len: fn('a', (args) => lengthOf(at(args, 0))),
  index: fn('aa*', ([value = null, ...keys]) => keys.reduce<GoValue>(indexInto, value)),
  slice: fn('aa*', ([value = null, ...bounds]) => cut(value, bounds)),
  print: fn('a*', (args) => sprint(args)),
  println: fn('a*', (args) => `${args.map((arg) => show(arg)).join(' ')}\n`),
  printf: fn('sa*', (args) => sprintf(textAt(args, 0), args.slice(1))),
  html: fn('a*', (args) => escapeHtml(sprint(args))),
  js: fn('a*', (args) => escapeScript(sprint(args))),
  urlquery: fn('a*', (args) =>
    encodeURIComponent(sprint(args))
      .replaceAll('%20', '+')
      .replace(/[!'()*]/g, percent),
  ),
  call: fn('aa*', () => {
    throw new TemplateFailure('call: a value that is no function');
  }),
  eq: fn('aa*', ([first = null, ...others]) => {
    if (others.length === 0) throw new TemplateFailure('missing argument for comparison');
    return others.some((other) => equal(first, other));
  }),
  ne: fn('aa', (args) => !equal(at(args, 0), at(args, 1))),
  lt: fn('aa', (args) => compare(at(args, 0), at(args, 1)) < 0),
  le: fn('aa', (args) => compare(at(args, 0), at(args, 1)) <= 0),
  gt: fn('aa', (args) => compare(at(args, 0), at(args, 1)) > 0),
  ge: fn('aa', (args) => compare(at(args, 0), at(args, 1)) >= 0),
};

/** Go's Sprint: a space between neighbours of which neither is text. */
function sprint(args: readonly GoValue[]): string {
  return args
    .map((arg, index) => {
      const before = args[index - 1];
      const gap = index > 0 && typeof arg !== 'string' && typeof before !== 'string' ? ' ' : '';
      return gap + show(arg);
    })
    .join('');
}

function lengthOf(value: GoValue): bigint {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value));
  if (isList(value)) return BigInt(value.length);
  if (value instanceof GoMap) return BigInt(value.size);
  throw new TemplateFailure(value === null ? 'len of nil pointer' : `len of type ${typeOf(value)}`);
}

function indexInto(value: GoValue, key: GoValue): GoValue {
  if (value === null) throw new TemplateFailure('index of untyped nil');
  if (value instanceof GoMap) {
    if (typeof key !== 'string')
      throw new TemplateFailure(`value has type ${typeOf(key)}; should be string`);
    return value.get(key) ?? (value.typeName === 'map[string]string' ? '' : null);
  }
  if (!isList(value) && typeof value !== 'string')
    throw new TemplateFailure(`can't index item of type ${typeOf(value)}`);
  const at = indexOf(key);
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    if (at < 0 || at >= bytes.length) throw new TemplateFailure(`index out of range: ${at}`);
    throw new TemplateUndecided('index', 'a single byte of a text is not known here');
  }
  if (at < 0 || at >= value.length) throw new TemplateFailure(`index out of range: ${at}`);
  return value[at] ?? null;
}

function indexOf(key: GoValue): number {
  if (typeof key === 'bigint' || key instanceof Int64) return Number(integerOf(key));
  throw new TemplateFailure(
    key === null
      ? 'cannot index slice/array with nil'
      : `cannot index slice/array with type ${typeOf(key)}`,
  );
}

function cut(value: GoValue, bounds: readonly GoValue[]): GoValue {
  if (bounds.length > 2) throw new TemplateUndecided('slice', 'a slice with three bounds');
  const [start = 0n, end] = bounds;
  const from = indexOf(start);
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    const to = end === undefined ? bytes.length : indexOf(end);
    if (from < 0 || to > bytes.length || from > to) throw new TemplateFailure('index out of range');
    return bytes.subarray(from, to).toString();
  }
  if (!isList(value)) throw new TemplateFailure(`can't slice item of type ${typeOf(value)}`);
  const to = end === undefined ? value.length : indexOf(end);
  if (from < 0 || to > value.length || from > to) throw new TemplateFailure('index out of range');
  return value.slice(from, to);
}

/** Go's eq: text with text, integers with integers, floats with floats; two kinds never compare. */
function equal(a: GoValue, b: GoValue): boolean {
  if (a === null || b === null) return a === b;
  if (isList(a) || a instanceof GoMap)
    throw new TemplateFailure(`uncomparable type ${typeOf(a)}: ${show(a)}`);
  if (basicKind(a) !== basicKind(b)) throw new TemplateFailure('incompatible types for comparison');
  if (isList(b) || b instanceof GoMap)
    throw new TemplateFailure(`uncomparable type ${typeOf(b)}: ${show(b)}`);
  const [x, y] = [a, b].map((each) => (each instanceof Int64 ? each.value : each));
  return x === y;
}

function basicKind(value: GoValue): string {
  const kind = kindOf(value);
  return kind === 'int64' ? 'int' : kind;
}

function compare(a: GoValue, b: GoValue): number {
  const kind = basicKind(a);
  if (kind !== basicKind(b)) throw new TemplateFailure('incompatible types for comparison');
  if (typeof a === 'string' && typeof b === 'string') return compareBytes(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (kind === 'int') {
    const [x = 0n, y = 0n] = [a, b].map((each) =>
      typeof each === 'bigint' || each instanceof Int64 ? integerOf(each) : 0n,
    );
    return x < y ? -1 : x > y ? 1 : 0;
  }
  throw new TemplateFailure(`invalid type for comparison`);
}

/** As Go writes text into a script; characters that cannot be printed are not guessed. */
function escapeScript(text: string): string {
  return text.replace(/[\\'"<>&=]|[^ -~]/gu, (char) => {
    const known = scriptEscapes[char];
    if (known !== undefined) return known;
    if (/[\p{L}\p{N}\p{P}]/u.test(char)) return char;
    throw new TemplateUndecided('js', 'how a character is escaped for a script');
  });
}

const scriptEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
  '\n': '\\u000A',
  '\t': '\\u0009',
  '\r': '\\u000D',
};

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;')
    .replaceAll('\0', '\uFFFD');
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
