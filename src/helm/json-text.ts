import { type GoValue, toPlain } from './go-value.ts';

/** A number as Go's encoding/json writes it. */
export function jsonNumber(value: number | bigint): string {
  if (typeof value === 'bigint') return String(value);
  // The two languages agree on where exponents begin; whole numbers below 1e21 are written out in both.
  return Object.is(value, -0) ? '-0' : String(value);
}

/** What `toJson` gives: keys sorted, signs that HTML minds escaped unless `raw`. */
export function toJsonText(value: GoValue, { raw = false, indent = '' } = {}): string {
  const text = write(toPlain(value), indent, '');
  return raw ? text : text.replace(/[<>&\u2028\u2029]/g, escaped);
}

function write(value: unknown, indent: string, outer: string): string {
  if (typeof value === 'number' || typeof value === 'bigint') return jsonNumber(value);
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value !== 'object') return String(value);
  const inner = outer + indent;
  const [gap, end, colon] = indent === '' ? ['', '', ':'] : [`\n${inner}`, `\n${outer}`, ': '];
  const list = Array.isArray(value);
  const items = list
    ? value.map((item) => write(item, indent, inner))
    : [...(value instanceof Map ? value : [])].map(
        ([key, item]) => `${quote(key)}${colon}${write(item, indent, inner)}`,
      );
  const [open, close] = list ? ['[', ']'] : ['{', '}'];
  return items.length === 0 ? open + close : `${open}${gap}${items.join(`,${gap}`)}${end}${close}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
