import { GoMap, GoStruct, type GoValue, Int64, isList, typeOf } from './go-value.ts';
import { TemplateUndecided } from './template-fault.ts';

/**
 * A float as Go's shortest `%g` writes it: with an exponent below 1e-4 and from 1e+06 on.
 * @see https://pkg.go.dev/strconv#FormatFloat
 */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value === 0 || (power >= -4 && power < 6)) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** What `{{ value }}` and `%v` print. */
export function show(value: GoValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Int64) return String(value.value);
  if (typeof value === 'number') return formatFloat(value);
  if (isList(value)) return `[${value.map(show).join(' ')}]`;
  if (value instanceof GoMap)
    return `map[${value
      .sortedKeys()
      .map((key) => `${key}:${show(value.get(key) ?? null)}`)
      .join(' ')}]`;
  if (value.shown !== undefined) return value.shown;
  throw new TemplateUndecided(
    value.typeName,
    `how Go prints a ${value.typeName} is not known here`,
  );
}

/** A string as Go's `%q` and `strconv.Quote` write it. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const short = escapes.get(char);
    if (short !== undefined) quoted += short;
    else if (code < 0x20 || code === 0x7f) quoted += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (isPrintable(char)) quoted += char;
    else if (code < 0x10000) quoted += `\\u${code.toString(16).padStart(4, '0')}`;
    else quoted += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `${quoted}"`;
}

const escapes = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

/** Letters, marks, numbers, punctuation, symbols and the plain space: what Go prints as it is. */
function isPrintable(char: string): boolean {
  return char === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
}

/** Go remarks on wider ones. */
const maxWidth = 1_000_000;

interface Directive {
  readonly flags: ReadonlySet<string>;
  readonly width: number;
  readonly precision: number | undefined;
}

/**
 * Go's `fmt.Sprintf`, its remarks about wrong arguments included: they land in rendered files.
 * @throws TemplateUndecided for argument indexes and verbs that are not known here
 * @see https://pkg.go.dev/fmt
 */
export function sprintf(format: string, args: readonly GoValue[]): string {
  let next = 0;
  const take = (): GoValue | undefined => (next < args.length ? (args[next++] ?? null) : undefined);
  const text = format.replace(
    /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([\s\S])?/gu,
    (
      whole: string,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      verb: string | undefined,
    ) => {
      if (verb === undefined) return '%!(NOVERB)';
      if (verb === '%') return '%';
      if (verb === '[' || width === '*' || precision === '*')
        throw new TemplateUndecided('printf', `the format ${whole} is not known here`);
      if (Number(width ?? 0) > maxWidth || Number(precision ?? 0) > maxWidth)
        throw new TemplateUndecided('printf', `the format ${whole.slice(0, 40)} is not known here`);
      const value = take();
      if (value === undefined) return `%!${verb}(MISSING)`;
      const hasPoint = /\.(\d*)/.exec(whole.slice(1 + flags.length + (width?.length ?? 0)));
      return formatOne(verb, value, {
        flags: new Set(flags),
        width: Number(width ?? 0),
        precision: hasPoint === null ? undefined : Number(precision ?? 0),
      });
    },
  );
  if (next >= args.length) return text;
  const extra = args
    .slice(next)
    .map((value) => (value === null ? '<nil>' : `${typeOf(value)}=${show(value)}`));
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function formatOne(verb: string, value: GoValue, directive: Directive): string {
  if (verb === 'T') return padded(typeOf(value), directive);
  if (value === null) return padded(verb === 'v' ? '<nil>' : `%!${verb}(<nil>)`, directive);
  if (isList(value) && verb !== 'v')
    return `[${value.map((item) => formatOne(verb, item, directive)).join(' ')}]`;
  if (value instanceof GoMap && verb !== 'v')
    return `map[${value
      .sortedKeys()
      .map(
        (key) =>
          `${formatOne(verb, key, directive)}:${formatOne(verb, value.get(key) ?? null, directive)}`,
      )
      .join(' ')}]`;
  if (directive.flags.has('#') && (verb === 'v' || verb === 'x' || verb === 'q'))
    throw new TemplateUndecided('printf', `the format %#${verb} is not known here`);
  return formatted(verb, value, directive) ?? `%!${verb}(${typeOf(value)}=${show(value)})`;
}

function formatted(verb: string, value: GoValue, directive: Directive): string | undefined {
  if (verb === 'v' && typeof value !== 'number' && typeof value !== 'string' && !isInteger(value))
    return padded(show(value), directive);
  if (typeof value === 'string') return formatString(verb, value, directive);
  if (typeof value === 'boolean')
    return verb === 't' || verb === 'v' ? padded(String(value), directive) : undefined;
  if (isInteger(value)) return formatInteger(verb, integerOf(value), directive);
  if (typeof value === 'number') return formatNumber(verb, value, directive);
  return value instanceof GoStruct && verb === 's' ? padded(show(value), directive) : undefined;
}

function formatString(verb: string, value: string, directive: Directive): string | undefined {
  const { precision } = directive;
  const cut = precision === undefined ? value : [...value].slice(0, precision).join('');
  if (verb === 's' || verb === 'v') return padded(cut, directive);
  if (verb === 'q') return padded(goQuote(cut), directive);
  if (verb !== 'x' && verb !== 'X') return undefined;
  const hex = Buffer.from(value).toString('hex');
  return padded(verb === 'x' ? hex : hex.toUpperCase(), directive);
}

const bases: Readonly<Record<string, number>> = { d: 10, v: 10, x: 16, X: 16, o: 8, b: 2 };

function formatInteger(verb: string, value: bigint, directive: Directive): string | undefined {
  if (verb === 'c') {
    if (value < 0n || value > 0x10ffffn || (value >= 0xd800n && value < 0xe000n))
      throw new TemplateUndecided('printf', `the character ${value} is not known here`);
    return padded(String.fromCodePoint(Number(value)), directive);
  }
  const base = bases[verb];
  if (base === undefined) return undefined;
  const digits = (value < 0n ? -value : value)
    .toString(base)
    .padStart(directive.precision ?? 1, '0');
  const prefix =
    directive.flags.has('#') && base !== 10 ? ({ 16: '0x', 8: '0', 2: '0b' }[base] ?? '') : '';
  return signed(value < 0n, prefix + (verb === 'X' ? digits.toUpperCase() : digits), directive);
}

function formatNumber(verb: string, value: number, directive: Directive): string | undefined {
  const { precision } = directive;
  const magnitude = Math.abs(value);
  const negative = value < 0 || Object.is(value, -0);
  if (!Number.isFinite(value)) throw new TemplateUndecided('printf', 'a number that is none');
  if (precision !== undefined && precision > 100)
    throw new TemplateUndecided('printf', `${precision} digits behind the point`);
  switch (verb) {
    case 'f':
    case 'F':
      return signed(negative, magnitude.toFixed(precision ?? 6), directive);
    case 'e':
      return signed(negative, withTwoDigits(magnitude.toExponential(precision ?? 6)), directive);
    case 'g':
    case 'v':
      if (precision === undefined) return signed(negative, formatFloat(magnitude), directive);
      throw new TemplateUndecided('printf', `the format %.${precision}g is not known here`);
    default:
      return undefined;
  }
}

function withTwoDigits(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function signed(negative: boolean, digits: string, directive: Directive): string {
  const { flags, width } = directive;
  const sign = negative ? '-' : flags.has('+') ? '+' : flags.has(' ') ? ' ' : '';
  if (flags.has('0') && !flags.has('-')) return sign + digits.padStart(width - sign.length, '0');
  return padded(sign + digits, directive);
}

function padded(text: string, { flags, width }: Directive): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (flags.has('-')) return text + ' '.repeat(missing);
  return (flags.has('0') ? '0' : ' ').repeat(missing) + text;
}

function isInteger(value: GoValue): value is bigint | Int64 {
  return typeof value === 'bigint' || value instanceof Int64;
}

/** The number in either integer type. */
export function integerOf(value: bigint | Int64): bigint {
  return typeof value === 'bigint' ? value : value.value;
}
