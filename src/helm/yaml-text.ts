import { formatFloat, integerOf } from './go-format.ts';
import { GoMap, GoStruct, type GoValue, Int64, isList, toPlain } from './go-value.ts';
import { jsonNumber } from './json-text.ts';
import { TemplateUndecided } from './template-fault.ts';
import { resolvesToOther } from './yaml-words.ts';

const lineWidth = 80;

/**
 * What `toYaml` gives: the text Helm's YAML library writes, its quoting, order of keys and folding of long
 * lines included, without the line end behind it. Checksums of rendered files depend on every byte.
 * @throws TemplateUndecided for characters whose form is not known here
 */
export function toYamlText(value: GoValue): string {
  const writer = new Writer();
  writer.node(normal(value), -1, 'root');
  return writer.text.replace(/\n$/, '');
}

type Plain =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Plain[]
  | ReadonlyMap<string, Plain>;

function normal(value: GoValue): Plain {
  if (isList(value)) return toPlain(value) === null ? null : value.map(normal);
  if (value instanceof GoMap || value instanceof GoStruct) {
    const entries = value instanceof GoMap ? value : value.fields;
    return new Map(
      [...entries]
        .sort(([a], [b]) => compareKeys(a, b))
        .map(([key, item]) => [key, normal(item)] as const),
    );
  }
  if (typeof value === 'bigint' || value instanceof Int64) return numberOf(value);
  return value;
}

function numberOf(value: bigint | Int64): number | bigint {
  const whole = integerOf(value);
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : whole;
}

function isMap(value: Plain): value is ReadonlyMap<string, Plain> {
  return value instanceof Map;
}

function isItems(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

class Writer {
  text = '';

  /** `indent`: that of the collection around it. */
  node(value: Plain, indent: number, place: 'root' | 'value' | 'item'): void {
    if (isMap(value)) this.#map(value, indent, place);
    else if (isItems(value)) this.#list(value, indent, place);
    else this.#scalar(value, Math.max(indent, 0), place);
  }

  #map(map: ReadonlyMap<string, Plain>, outer: number, place: 'root' | 'value' | 'item'): void {
    if (map.size === 0) {
      this.text += `${place === 'root' ? '' : ' '}{}\n`;
      return;
    }
    const indent = outer < 0 ? 0 : outer + 2;
    let first = true;
    if (place === 'value') this.text += '\n';
    for (const [key, item] of map) {
      // The first key of a map in a list stands behind the dash.
      this.text += first && place === 'item' ? ' ' : ' '.repeat(indent);
      first = false;
      this.text += `${keyText(key)}:`;
      this.node(item, indent, 'value');
    }
  }

  #list(list: readonly Plain[], outer: number, place: 'root' | 'value' | 'item'): void {
    if (list.length === 0) {
      this.text += `${place === 'root' ? '' : ' '}[]\n`;
      return;
    }
    // A list that is the value of a key starts at the key's own column.
    const indent = outer < 0 ? 0 : place === 'value' ? outer : outer + 2;
    let first = true;
    if (place === 'value') this.text += '\n';
    for (const item of list) {
      this.text += first && place === 'item' ? ' -' : `${' '.repeat(indent)}-`;
      first = false;
      this.node(item, indent, 'item');
    }
  }

  #scalar(
    value: null | boolean | number | bigint | string,
    indent: number,
    place: 'root' | 'value' | 'item',
  ): void {
    if (place !== 'root') this.text += ' ';
    if (typeof value !== 'string') {
      this.text += `${value === null ? 'null' : typeof value === 'boolean' ? value : numberText(value)}\n`;
      return;
    }
    const column = this.text.length - (this.text.lastIndexOf('\n') + 1);
    this.text += `${stringText(value, indent + 2, column)}\n`;
  }
}

function numberText(value: number | bigint): string {
  const text = jsonNumber(value);
  if (!/^-?\d+$/.test(text)) return formatFloat(Number(value));
  const whole = BigInt(text);
  return whole >= -(2n ** 63n) && whole < 2n ** 64n ? String(whole) : formatFloat(Number(value));
}

function keyText(key: string): string {
  if (key.length > 120 || key.includes('\n'))
    throw new TemplateUndecided('toYaml', 'how a key of several lines or great length is written');
  return stringText(key, 0, Number.NEGATIVE_INFINITY);
}

function stringText(text: string, indent: number, column: number): string {
  if (
    /[\u0085\u2028\u2029\uFEFF]|[\uD800-\uDFFF](?![\uDC00-\uDFFF])/.test(text) &&
    !/[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text)
  )
    throw new TemplateUndecided('toYaml', 'a text with rare line ends or marks');
  const looks = analyse(text);
  if (text.includes('\n')) {
    if (looks.block) return blockText(text, indent);
    return doubleQuoted(text, indent, column);
  }
  if (resolvesToOther(text) || looks.special) return doubleQuoted(text, indent, column);
  return looks.plain
    ? folded(text, indent, column)
    : `'${folded(text.replaceAll("'", "''"), indent, column + 1)}'`;
}

interface Looks {
  /** May stand without quotes. */
  readonly plain: boolean;
  /** May stand as a block of lines. */
  readonly block: boolean;
  /** Holds what only double quotes can say. */
  readonly special: boolean;
}

function analyse(text: string): Looks {
  const special = /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text);
  const edgeSpace = /^ | $/.test(text);
  const indicator =
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[-?:](?:[ \n]|$)/.test(text) ||
    /^(?:---|\.\.\.)/.test(text) ||
    /:(?:[ \n]|$)/.test(text) ||
    /[ \n]#/.test(text);
  return {
    plain: !special && !edgeSpace && !indicator,
    block: !special && !/ $/.test(text) && !/ \n/.test(text),
    special,
  };
}

/** Literal block: a digit says the indentation where the first line would hide it, a sign how it ends. */
function blockText(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const end = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const body = end === '-' ? text : text.slice(0, -1);
  const lines = body.split('\n').map((line) => (line === '' ? '' : ' '.repeat(indent) + line));
  return `|${hint}${end}\n${lines.join('\n')}`;
}

/** A line that has grown beyond the width is broken at its next single space. */
function folded(text: string, indent: number, start: number): string {
  if (start === Number.NEGATIVE_INFINITY) return text;
  let out = '';
  let column = start;
  const chars = [...text];
  for (const [index, char] of chars.entries()) {
    const breaks =
      char === ' ' &&
      column > lineWidth &&
      index > 0 &&
      index < chars.length - 1 &&
      chars[index - 1] !== ' ' &&
      chars[index + 1] !== ' ';
    if (breaks) {
      out += `\n${' '.repeat(indent)}`;
      column = indent;
    } else {
      out += char;
      column++;
    }
  }
  return out;
}

const short = new Map([
  ['\0', '\\0'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\x1b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);

function doubleQuoted(text: string, indent: number, start: number): string {
  let out = '"';
  let column = start + 1;
  const chars = [...text];
  for (const [index, char] of chars.entries()) {
    const code = char.codePointAt(0) ?? 0;
    let piece = short.get(char) ?? char;
    if (piece === char && /[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u.test(char))
      piece =
        code < 0x100
          ? `\\x${hex(code, 2)}`
          : code < 0x10000
            ? `\\u${hex(code, 4)}`
            : `\\U${hex(code, 8)}`;
    if (
      char === ' ' &&
      column > lineWidth &&
      index > 0 &&
      index < chars.length - 1 &&
      chars[index - 1] !== ' '
    ) {
      out += `\n${' '.repeat(indent)}${chars[index + 1] === ' ' ? '\\' : ''}`;
      column = indent;
      continue;
    }
    out += piece;
    column += piece.length;
  }
  return `${out}"`;
}

function hex(code: number, width: number): string {
  return code.toString(16).toUpperCase().padStart(width, '0');
}

/** Keys as the library sorts them: letters after other signs, runs of digits by their number. */
function compareKeys(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const [x = '', y = ''] = [left[at], right[at]];
    if (x === y) continue;
    const [xIsLetter, yIsLetter] = [/\p{L}/u.test(x), /\p{L}/u.test(y)];
    if (xIsLetter && yIsLetter) return byCode(x, y);
    if (xIsLetter || yIsLetter) return yIsLetter ? -1 : 1;
    return compareDigits(left, right, at);
  }
  return left.length - right.length;
}

function compareDigits(left: readonly string[], right: readonly string[], at: number): number {
  let lead = 0n;
  if (left[at] === '0' || right[at] === '0') {
    for (let before = at - 1; before >= 0 && isDigit(left[before] ?? ''); before--) {
      if (left[before] === '0') continue;
      lead = 1n;
      break;
    }
  }
  const [x, y] = [runFrom(left, at, lead), runFrom(right, at, lead)];
  if (x.value !== y.value) return x.value < y.value ? -1 : 1;
  if (x.end !== y.end) return x.end - y.end;
  return byCode(left[at] ?? '', right[at] ?? '');
}

/** The run of digits from here as an `int64` that overflows, and each digit, of whatever script, by its distance from 0. */
function runFrom(
  chars: readonly string[],
  at: number,
  lead: bigint,
): { readonly value: bigint; readonly end: number } {
  let value = lead;
  let end = at;
  for (; isDigit(chars[end] ?? ''); end++)
    value = BigInt.asIntN(64, value * 10n + BigInt((chars[end]?.codePointAt(0) ?? 0) - 48));
  return { value, end };
}

function isDigit(char: string): boolean {
  return /^\p{Nd}$/u.test(char);
}

function byCode(a: string, b: string): number {
  return (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);
}
