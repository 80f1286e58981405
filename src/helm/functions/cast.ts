import { formatFloat, integerOf, show } from '../go-format.ts';
import { GoMap, GoStruct, type GoValue, Int64, isList, stringList } from '../go-value.ts';

/** The `int64` a value is turned to, leniently: what cannot be read is 0. */
export function toInteger(value: GoValue): bigint {
  if (typeof value === 'bigint' || value instanceof Int64) return integerOf(value);
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value !== 'string') return 0n;
  const text = value.replace(/\.0*$/, '');
  const found = /^([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)$/.exec(text);
  if (found === null) return 0n;
  const [, sign = '', digits = ''] = found;
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (magnitude > 2n ** 63n - 1n) return 0n;
  return sign === '-' ? -magnitude : magnitude;
}

/** The `float64` a value is turned to, leniently. */
export function toFloat(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || value instanceof Int64) return Number(integerOf(value));
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value))
    return Number(value);
  return 0;
}

/** Text of any value: what Go's `%v` prints. */
export function toText(value: GoValue): string {
  return typeof value === 'number' ? formatFloat(value) : show(value);
}

/** A list of texts out of anything; nils are left out. */
export function toTexts(value: GoValue): readonly string[] {
  if (value === null) return [];
  if (!isList(value)) return [toText(value)];
  return value.filter((item) => item !== null).map(toText);
}

export function texts(items: readonly string[]): GoValue {
  return stringList(items);
}

/** What `default`, `empty` and `coalesce` take for nothing. */
export function isEmpty(value: GoValue): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return true;
  if (value instanceof Int64) return value.value === 0n;
  if (isList(value)) return value.length === 0;
  if (value instanceof GoStruct) return false;
  return value instanceof GoMap && value.size === 0;
}
