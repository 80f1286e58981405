import parse from 'spdx-expression-parse';
import ids from 'spdx-license-ids' with { type: 'json' };
import type { LicenceClaim } from '../inventory.ts';
import { licenceNames } from './licence-names.ts';

const maxWords = 40;

/** Each licence once, with its SPDX expression where it has one. */
export function licenceClaims(values: readonly string[]): readonly LicenceClaim[] {
  const claims = new Map<string, LicenceClaim>();
  for (const value of values) {
    const text = value.replace(/\s+/g, ' ').trim();
    if (text !== '' && text.toLowerCase() !== 'unknown' && !claims.has(text))
      claims.set(text, { value: text, expression: spdxExpression(text) });
  }
  return [...claims.values()];
}

/**
 * The words of a licence as an SPDX expression: as they are where they are one, else through the names
 * that distributions and package indexes use. Empty where that says nothing certain.
 * @see SPDX 2.3, annex D
 */
export function spdxExpression(text: string): string {
  const known = licenceNames.get(text.toLowerCase()) ?? byLowerCase.get(text.toLowerCase());
  if (known !== undefined) return known;
  if (isExpression(text) && !text.includes('+')) return text;
  // In Debian's form a comma binds less than the words: "A or B, and C" is (A or B) and C.
  const groups = text.split(/,\s+and\s+/i);
  if (groups.length > 1) {
    const terms = groups.map((group) => spdxExpression(group) || nameRef(group));
    return terms.includes(undefined) || !groups.some((group) => spdxExpression(group) !== '')
      ? ''
      : terms.map((term) => (/ OR /.test(term ?? '') ? `(${term ?? ''})` : term)).join(' AND ');
  }
  const words = text
    .replace(/\//g, ' OR ')
    .replace(/[()]/g, ' $& ')
    .split(/(\s+and\/or\s+|\s+or\s+|\s+and\s+|\s*,\s*|\s*;\s*|\s*&\s*|\s*\|\s*|[()])/i)
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length > maxWords) return '';
  const parts: string[] = [];
  let certain = 0;
  for (const word of words) {
    if (/^(?:or|and\/or|\|)$/i.test(word)) parts.push('OR');
    else if (/^(?:and|,|;|&)$/i.test(word)) parts.push('AND');
    else if (word === '(' || word === ')') parts.push(word);
    else {
      const id = licenceId(word);
      if (id !== undefined) certain += 1;
      const part = id ?? nameRef(word);
      if (part === undefined) return '';
      parts.push(part);
    }
  }
  const joined = parts
    .join(' ')
    .replace(/\b(?:AND|OR) (?=(?:AND|OR)\b)/g, '')
    .replace(/\( /g, '(')
    .replace(/ \)/g, ')');
  return certain > 0 && isExpression(joined) ? joined : '';
}

/** A name of its own beside known ones stays a name; a sentence does not become one. */
function nameRef(word: string): string | undefined {
  return /^[\w.+-]+(?: with [\w.+ -]+)?$/i.test(word) ? licenceRef(word) : undefined;
}

const byLowerCase: ReadonlyMap<string, string> = new Map(ids.map((id) => [id.toLowerCase(), id]));

/** One name, perhaps with an exception; undefined where it is not known. */
function licenceId(word: string): string | undefined {
  const known = licenceNames.get(word.toLowerCase()) ?? byLowerCase.get(word.toLowerCase());
  if (known !== undefined) return known.includes(' ') ? `(${known})` : known;
  if (isExpression(word)) return word;
  const [, base, exception] = /^(\S+) with (.+)$/i.exec(word) ?? [];
  if (base === undefined || exception === undefined) return undefined;
  const id = licenceId(base);
  const name = exceptions[exception.toLowerCase().replace(/[ -]*exceptions?$/, '')];
  return id === undefined || name === undefined ? undefined : `${id} WITH ${name}`;
}

const exceptions: Readonly<Record<string, string>> = {
  autoconf: 'Autoconf-exception-2.0',
  bison: 'Bison-exception-2.2',
  'bison-2.2': 'Bison-exception-2.2',
  classpath: 'Classpath-exception-2.0',
  font: 'Font-exception-2.0',
  gcc: 'GCC-exception-3.1',
  libtool: 'Libtool-exception',
  llvm: 'LLVM-exception',
};

const seen = new Map<string, boolean>();

/** True for a valid SPDX expression. */
export function isExpression(text: string): boolean {
  const known = seen.get(text);
  if (known !== undefined) return known;
  let valid = true;
  try {
    parse(text);
  } catch {
    valid = false;
  }
  if (seen.size > 10_000) seen.clear();
  seen.set(text, valid);
  return valid;
}

/** All claims as one expression: what has no SPDX name becomes a `LicenseRef`. Undefined where there is none. */
export function combined(claims: readonly LicenceClaim[]): string | undefined {
  const parts = [...new Set(claims.map(termOf))];
  if (parts.length <= 1) return parts[0];
  return parts.map((part) => (/ (?:OR|AND) /.test(part) ? `(${part})` : part)).join(' AND ');
}

/** The expression of one claim. */
export function termOf({ value, expression }: LicenceClaim): string {
  return expression === '' ? licenceRef(value) : expression;
}

/** A name of our own for a licence outside the list. @see SPDX 2.3, annex D.3 */
export function licenceRef(value: string): string {
  const name = value
    .replace(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
  return `LicenseRef-${name === '' ? 'unnamed' : name}`;
}
