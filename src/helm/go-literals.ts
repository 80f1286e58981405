import type { Token } from './scan-template.ts';
import { TemplateFailure, type TemplatePlace, TemplateUndecided } from './template-fault.ts';

/**
 * A number as Go writes it: an `int`, or with a point or exponent a `float64`.
 * @throws TemplateFailure for what is none
 */
export function numberOf({ text, place }: Token): bigint | number {
  const refused = (why: string): TemplateFailure =>
    new TemplateFailure(`${text} is no number${why}`, place);
  if (/__|_$|_\.|\._/.test(text)) throw refused('');
  const bare = text.replaceAll('_', '');
  const based = /^[+-]?0[xXbBoO]/.test(bare);
  if (!based && /[.eE]/.test(bare)) return Number(bare);
  const digits = bare.replace(/^[+-]/, '');
  if (/^0[0-9]*[89]/.test(digits)) throw refused('');
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  let magnitude: bigint;
  try {
    magnitude = BigInt(octal);
  } catch {
    throw refused('');
  }
  const value = bare.startsWith('-') ? -magnitude : magnitude;
  if (BigInt.asIntN(64, value) !== value) throw refused(' that an int holds');
  return value;
}

/** The text between quotes, escapes resolved, or between backquotes. */
export function textOf({ text, place }: Token): string {
  return text.startsWith('`')
    ? text.slice(1, -1).replaceAll('\r', '')
    : unescapeText(text.slice(1, -1), place);
}

/**
 * The character between single quotes.
 * @throws TemplateFailure for none, or several
 */
export function charOf({ text, place }: Token): bigint {
  const [char, second] = [...unescapeText(text.slice(1, -1), place)];
  if (char === undefined || second !== undefined)
    throw new TemplateFailure(`${text} is no single character`, place);
  return BigInt(char.codePointAt(0) ?? 0);
}

const shortEscapes = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

function unescapeText(text: string, place: TemplatePlace): string {
  return text.replace(
    /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]))/g,
    (
      _whole,
      short: string | undefined,
      hex: string | undefined,
      four: string | undefined,
      eight: string | undefined,
      octal: string | undefined,
    ) => {
      if (short !== undefined) return shortEscapes.get(short) ?? '';
      const code = hex ?? four ?? eight;
      const value =
        code !== undefined ? Number.parseInt(code, 16) : Number.parseInt(octal ?? '', 8);
      const isByte = (hex ?? octal) !== undefined;
      const isNone = isByte
        ? value > 0xff
        : value > 0x10ffff || (value >= 0xd800 && value < 0xe000);
      if (Number.isNaN(value) || isNone)
        throw new TemplateFailure('a text holds an escape that is not known', place);
      if (isByte && value > 0x7f)
        throw new TemplateUndecided('text', 'a text of bytes that are no characters', place);
      return String.fromCodePoint(value);
    },
  );
}
