import { createHash } from 'node:crypto';
import { goQuote } from '../go-format.ts';
import { compareBytes, GoMap, type GoValue } from '../go-value.ts';
import { TemplateFailure, TemplateUndecided } from '../template-fault.ts';
import { at, type FunctionTable, fn, intAt, textAt } from '../template-function.ts';
import { texts, toText, toTexts } from './cast.ts';

/** Sprig's functions over text. Positions count bytes, as in Go. */
export const textFunctions: FunctionTable = {
  hello: fn('', () => 'Hello!'),
  toString: fn('a', (args) => toText(at(args, 0))),
  toStrings: fn('a', (args) => texts(toTexts(at(args, 0)))),
  trim: fn('s', (args) => trimSpace(textAt(args, 0))),
  trimAll: fn('ss', (args) => trimChars(textAt(args, 1), textAt(args, 0))),
  trimall: fn('ss', (args) => trimChars(textAt(args, 1), textAt(args, 0))),
  trimSuffix: fn('ss', ([suffix, text]) => cutEnd(String(text), String(suffix))),
  trimPrefix: fn('ss', ([prefix, text]) =>
    String(text).startsWith(String(prefix))
      ? String(text).slice(String(prefix).length)
      : String(text),
  ),
  upper: fn('s', (args) => [...textAt(args, 0)].map(upperOf).join('')),
  lower: fn('s', (args) => [...textAt(args, 0)].map(lowerOf).join('')),
  title: fn('s', (args) =>
    textAt(args, 0).replace(/(?<![\p{L}\p{N}_])\p{L}/gu, (c) => c.toUpperCase()),
  ),
  untitle: fn('s', (args) =>
    textAt(args, 0).replace(
      /(^|\s)(\p{L})/gu,
      (_w, gap: string, c: string) => gap + c.toLowerCase(),
    ),
  ),
  swapcase: fn('s', (args) => swapCase(textAt(args, 0))),
  nospace: fn('s', (args) => textAt(args, 0).replace(/\s/gu, '')),
  initials: fn('s', (args) =>
    textAt(args, 0)
      .split(/\s+/u)
      .map((word) => [...word][0] ?? '')
      .join(''),
  ),
  repeat: fn('is', (args) => repeat(textAt(args, 1), intAt(args, 0))),
  substr: fn('iis', (args) => substring(textAt(args, 2), intAt(args, 0), intAt(args, 1))),
  trunc: fn('is', (args) => truncate(textAt(args, 1), intAt(args, 0))),
  abbrev: fn('is', (args) => abbreviate(textAt(args, 1), intAt(args, 0))),
  contains: fn('ss', (args) => textAt(args, 1).includes(textAt(args, 0))),
  hasPrefix: fn('ss', (args) => textAt(args, 1).startsWith(textAt(args, 0))),
  hasSuffix: fn('ss', (args) => textAt(args, 1).endsWith(textAt(args, 0))),
  quote: fn('a*', (args) => quoted(args, (text) => goQuote(text))),
  squote: fn('a*', (args) => quoted(args, (text) => `'${text}'`)),
  cat: fn('a*', (args) =>
    args
      .filter((arg) => arg !== null)
      .map(toText)
      .join(' '),
  ),
  indent: fn('is', (args) => indent(textAt(args, 1), intAt(args, 0))),
  nindent: fn('is', (args) => `\n${indent(textAt(args, 1), intAt(args, 0))}`),
  replace: fn('sss', (args) => replaceEach(textAt(args, 2), textAt(args, 0), textAt(args, 1))),
  plural: fn('ssi', (args) => textAt(args, intAt(args, 2) === 1 ? 0 : 1)),
  snakecase: fn('s', (args) => words(textAt(args, 0), 'snakecase').join('_')),
  kebabcase: fn('s', (args) => words(textAt(args, 0), 'kebabcase').join('-')),
  camelcase: fn('s', (args) =>
    words(textAt(args, 0), 'camelcase')
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(''),
  ),
  sha1sum: fn('s', (args) => hash('sha1', textAt(args, 0))),
  sha256sum: fn('s', (args) => hash('sha256', textAt(args, 0))),
  sha512sum: fn('s', (args) => hash('sha512', textAt(args, 0))),
  adler32sum: fn('s', (args) => adler32(textAt(args, 0))),
  b64enc: fn('s', (args) => Buffer.from(textAt(args, 0)).toString('base64')),
  b32enc: fn('s', (args) => base32(Buffer.from(textAt(args, 0)))),
  b32dec: fn('s', (args) => base32Text(textAt(args, 0))),
  b64dec: fn('s', (args) => base64Text(textAt(args, 0))),
  split: fn('ss', (args) => numbered(textAt(args, 1).split(textAt(args, 0)))),
  splitn: fn('sis', (args) =>
    numbered(splitSome(textAt(args, 2), textAt(args, 0), intAt(args, 1))),
  ),
  splitList: fn('ss', (args) => texts(splitText(textAt(args, 1), textAt(args, 0)))),
  join: fn('sa', (args) => toTexts(at(args, 1)).join(textAt(args, 0))),
  sortAlpha: fn('a', (args) => texts([...toTexts(at(args, 0))].sort(compareBytes))),
};

const base32Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const letters = (bits.match(/.{1,5}/g) ?? []).map((five) =>
    base32Letters.charAt(Number.parseInt(five.padEnd(5, '0'), 2)),
  );
  return letters.join('').padEnd(Math.ceil(letters.length / 8) * 8, '=');
}

/** What is not written as `b32enc` writes it gives Go's message, which is not guessed. */
function base32Text(text: string): string {
  const end = text.indexOf('=');
  const letters = end < 0 ? text : text.slice(0, end);
  let bits = '';
  for (const letter of letters) bits += base32Letters.indexOf(letter).toString(2).padStart(5, '0');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
  const decoded = bytes.toString();
  if (base32(Buffer.from(decoded)) !== text)
    throw new TemplateUndecided('b32dec', 'a text that is not base32 of text');
  return decoded;
}

/** Go maps each character to one; where JavaScript gives several, Go leaves it as it is. */
function upperOf(char: string): string {
  const upper = char.toUpperCase();
  return [...upper].length === 1 ? upper : char;
}

function lowerOf(char: string): string {
  const lower = char.toLowerCase();
  if ([...lower].length === 1) return lower;
  throw new TemplateUndecided('lower', `the lower case of '${char}' is not known here`);
}

function trimSpace(text: string): string {
  const isSpace = (at: number): boolean => /[\s\u0085]/.test(text.charAt(at));
  let [start, end] = [0, text.length];
  // Not by a pattern: over a long run of spaces it would begin anew at each of them.
  while (start < end && isSpace(start)) start++;
  while (end > start && isSpace(end - 1)) end--;
  return text.slice(start, end);
}

function trimChars(text: string, chars: string): string {
  const set = new Set(chars);
  const all = [...text];
  let start = 0;
  let end = all.length;
  while (start < end && set.has(all[start] ?? '')) start++;
  while (end > start && set.has(all[end - 1] ?? '')) end--;
  return all.slice(start, end).join('');
}

function cutEnd(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

function swapCase(text: string): string {
  return [...text]
    .map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()))
    .join('');
}

function repeat(text: string, count: number): string {
  if (count < 0) throw new TemplateFailure('repeat: a negative count');
  if (text.length * count > 2 ** 26)
    throw new TemplateUndecided('repeat', 'a text longer than is looked at');
  return text.repeat(count);
}

function bytesOf(text: string, from: number, to: number, what: string): string {
  const cut = Buffer.from(text).subarray(from, to).toString();
  if (cut.includes('\uFFFD') && !text.includes('\uFFFD'))
    throw new TemplateUndecided(what, 'a cut inside of a character gives bytes that are no text');
  return cut;
}

function substring(text: string, start: number, end: number): string {
  const length = Buffer.byteLength(text);
  if (start < 0) return bytesOf(text, 0, bound(end, length), 'substr');
  if (end < 0 || end > length) return bytesOf(text, bound(start, length), length, 'substr');
  if (start > end) throw new TemplateFailure('substr: the start lies behind the end');
  return bytesOf(text, start, end, 'substr');
}

function bound(at: number, length: number): number {
  if (at < 0 || at > length) throw new TemplateFailure(`substr: ${at} lies outside of the text`);
  return at;
}

function truncate(text: string, count: number): string {
  const length = Buffer.byteLength(text);
  if (count < 0 && length + count > 0) return bytesOf(text, length + count, length, 'trunc');
  return count >= 0 && length > count ? bytesOf(text, 0, count, 'trunc') : text;
}

function abbreviate(text: string, width: number): string {
  const chars = [...text];
  if (chars.length !== text.length)
    throw new TemplateUndecided('abbrev', 'how characters beyond the basic plane are counted');
  return width < 4 || chars.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

function quoted(args: readonly GoValue[], quote: (text: string) => string): string {
  return args
    .filter((arg) => arg !== null)
    .map((arg) => quote(toText(arg)))
    .join(' ');
}

function indent(text: string, spaces: number): string {
  if (spaces < 0) throw new TemplateFailure('indent: a negative count');
  const pad = repeat(' ', spaces);
  // One line more than there are ends.
  repeat(pad, text.split('\n').length);
  return pad + text.replaceAll('\n', `\n${pad}`);
}

function replaceEach(text: string, old: string, by: string): string {
  return old === '' ? [...text].map((char) => by + char).join('') + by : text.split(old).join(by);
}

/** Words of an identifier: only the plain cases, in which every reading agrees. */
function words(text: string, what: string): readonly string[] {
  if (!/^[A-Z]?[a-z]*(?:[-_ .][a-z]+)*$/.test(text))
    throw new TemplateUndecided(what, `how ${what} cuts '${text}' is not known here`);
  return text.split(/[-_ .]/).map((word) => word.toLowerCase());
}

function hash(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}

function adler32(text: string): string {
  let a = 1;
  let b = 0;
  for (const byte of Buffer.from(text)) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return String(b * 65_536 + a);
}

/** A wrong encoding gives Go's message as the text. */
function base64Text(text: string): string {
  const bytes = Buffer.from(text.replace(/[\r\n]/g, ''), 'base64');
  if (bytes.toString('base64') !== text.replace(/[\r\n]/g, ''))
    throw new TemplateUndecided('b64dec', 'a text that is not base64');
  const decoded = bytes.toString();
  if (!Buffer.from(decoded).equals(bytes))
    throw new TemplateUndecided('b64dec', 'bytes that are no text');
  return decoded;
}

function splitText(text: string, separator: string): readonly string[] {
  return separator === '' ? [...text] : text.split(separator);
}

function splitSome(text: string, separator: string, count: number): readonly string[] {
  const parts = splitText(text, separator);
  if (count < 0 || parts.length <= count) return parts;
  if (count === 0) return [];
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

function numbered(parts: readonly string[]): GoMap {
  return new GoMap(
    parts.map((part, index) => [`_${index}`, part] as const),
    { typeName: 'map[string]string' },
  );
}
