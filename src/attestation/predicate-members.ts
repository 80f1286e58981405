import { type Digest, digestFromHex, isDigest } from '../oci/digest.ts';
import { StatementError } from './attestation-error.ts';
import type { StatementSubject } from './statement.ts';

/** Members of an object in a predicate of our own: each known, none missing. */
export type Members = Readonly<Record<string, unknown>>;

/** What is wrong with a predicate of our own. */
export function predicateFault(message: string): StatementError {
  return new StatementError('STATEMENT_PREDICATE', message);
}

/**
 * The members of an object; unknown ones are refused.
 * @param where as the object is called where it is refused
 * @throws StatementError STATEMENT_PREDICATE
 */
export function membersOf(
  value: unknown,
  needed: readonly string[],
  optional: readonly string[],
  where: string,
): Members {
  const object = objectOf(value, where);
  const names = Object.keys(object);
  const wrong =
    names.find((name) => !needed.includes(name) && !optional.includes(name)) ??
    needed.find((name) => !names.includes(name));
  if (wrong !== undefined)
    throw predicateFault(`${where}: '${wrong.slice(0, 60)}' is unknown or missing`);
  return object;
}

/** @throws StatementError STATEMENT_PREDICATE */
export function objectOf(value: unknown, where: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw predicateFault(`${where} must be an object`);
  return { ...value };
}

/** @throws StatementError STATEMENT_PREDICATE */
export function listOf(value: unknown, where: string, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most)
    throw predicateFault(`${where} must be a list of at most ${most}`);
  return value;
}

/**
 * A text that says something.
 * @param most in characters
 * @throws StatementError STATEMENT_PREDICATE
 */
export function textOf(value: unknown, where: string, most: number): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > most)
    throw predicateFault(`${where} must be a text of 1 to ${most} characters`);
  return value;
}

/** @throws StatementError STATEMENT_PREDICATE */
export function integerOf(value: unknown, where: string, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least)
    throw predicateFault(`${where} must be an integer from ${least}`);
  return value;
}

/**
 * A time in UTC, in the one form we write.
 * @throws StatementError STATEMENT_PREDICATE
 */
export function timeOf(value: unknown, where: string): string {
  const time = new Date(typeof value === 'string' ? value : Number.NaN);
  if (typeof value === 'string' && !Number.isNaN(time.getTime()) && time.toISOString() === value)
    return value;
  throw predicateFault(`${where} must be a time such as 2026-11-21T04:00:00.000Z`);
}

/**
 * `sha256:` and 64 hex digits.
 * @throws StatementError STATEMENT_PREDICATE
 */
export function digestOf(value: unknown, where: string): Digest {
  if (typeof value === 'string' && isDigest(value)) return value;
  throw predicateFault(`${where} must be a digest`);
}

/**
 * `{"digest": {"sha256": …}}`, of in-toto's resource descriptors.
 * @throws StatementError STATEMENT_PREDICATE
 */
export function sha256Of({ digest }: Members, where: string): Digest {
  const { sha256 } = membersOf(digest, ['sha256'], [], `${where}.digest`);
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) return digestFromHex(sha256);
  throw predicateFault(`${where}.digest.sha256 must be 64 hex digits`);
}

/**
 * Of a subject. A second digest would say something that nobody compares.
 * @throws StatementError STATEMENT_PREDICATE
 */
export function onlySha256({ name, digest }: StatementSubject): Digest {
  const full = `sha256:${digest.sha256}`;
  if (!isDigest(full) || Object.keys(digest).length > 1)
    throw predicateFault(`the subject '${name.slice(0, 100)}' must have a sha256 and nothing else`);
  return full;
}
