import { StatementError } from '../../attestation/attestation-error.ts';
import { parseStatement, statementType } from '../../attestation/statement.ts';
import { type Digest, digestOf, hexOf, isDigest } from '../../oci/digest.ts';

/** Predicate type of `last-accepted.json`; the last part grows when the meaning of a member changes. */
export const acceptedPredicateType = 'https://cowabungaai.dev/attestations/accepted/v1';

/** What a site has accepted last: the floor below which nothing is accepted again. */
export interface AcceptedRecord {
  /** In force then; undefined for a lone key. */
  readonly policy: { readonly version: number; readonly digest: Digest } | undefined;
  /** Latest signed time ever seen; UTC, ISO 8601. */
  readonly latestTime: string | undefined;
  /** Sorted by name. */
  readonly items: readonly AcceptedItem[];
}

/** The last of a line of releases or archives. */
export interface AcceptedItem {
  readonly kind: 'statement' | 'bundle' | 'package';
  /** Product of a release, name of an archive. */
  readonly name: string;
  /** What else tells lines apart: flavor, architecture. */
  readonly line: string;
  readonly version: string;
  /** Of a release. */
  readonly counter?: number;
  /** Of the statement's payload, or of the archive's root. */
  readonly digest: Digest;
  /** When it was made or signed, as far as signed content says; UTC, ISO 8601. */
  readonly time?: string;
}

/** A statement needs a subject: where nothing was accepted, it is the empty text. */
const none = digestOf('');

/** The record as a statement: same record, same bytes. */
export function renderAcceptedRecord({ policy, latestTime, items }: AcceptedRecord): string {
  const sorted = items.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
  const subjects = new Map(sorted.map(({ digest, ...item }) => [keyOf(item), digest]));
  const text = JSON.stringify({
    _type: statementType,
    subject: [...(subjects.size === 0 ? [['nothing', none] as const] : subjects)].map(
      ([name, digest]) => ({ name, digest: { sha256: hexOf(digest) } }),
    ),
    predicateType: acceptedPredicateType,
    predicate: {
      ...(policy === undefined ? {} : { policy }),
      ...(latestTime === undefined ? {} : { latestTime }),
      items: sorted.map(({ kind, name, line, version, counter, digest, time }) => ({
        kind,
        name,
        line,
        version,
        ...(counter === undefined ? {} : { counter }),
        digest,
        ...(time === undefined ? {} : { time }),
      })),
    },
  });
  parseAcceptedRecord(Buffer.from(text));
  return text;
}

/**
 * Reads the verified payload of a record; unknown members are refused.
 * @throws StatementError STATEMENT_*
 */
export function parseAcceptedRecord(payload: Uint8Array): AcceptedRecord {
  const { predicateType, predicate } = parseStatement(payload, { allowOldType: false });
  if (predicateType !== acceptedPredicateType)
    throw fault(
      `expected a record of what was accepted (${acceptedPredicateType}), found ${predicateType}`,
    );
  const { policy, latestTime, items } = membersOf(
    predicate,
    ['policy', 'latestTime', 'items'],
    'predicate',
  );
  if (!Array.isArray(items) || items.length > 4096)
    throw fault('items must be a list of at most 4096');
  const read = items.map((item: unknown, index) => parseItem(item, `items[${index}]`));
  if (new Set(read.map(keyOf)).size < read.length) throw fault('items holds one line twice');
  return {
    policy: policy === undefined ? undefined : parsePolicy(policy),
    latestTime: latestTime === undefined ? undefined : timeOf(latestTime, 'latestTime'),
    items: read,
  };
}

/** What tells one line from another. */
export function keyOf({ kind, name, line }: Pick<AcceptedItem, 'kind' | 'name' | 'line'>): string {
  return `${kind} ${JSON.stringify([name, line])}`;
}

function parsePolicy(value: unknown): AcceptedRecord['policy'] {
  const { version, digest } = membersOf(value, ['version', 'digest'], 'policy');
  return { version: countOf(version, 'policy.version'), digest: digestAt(digest, 'policy.digest') };
}

function parseItem(value: unknown, where: string): AcceptedItem {
  const item = membersOf(
    value,
    ['kind', 'name', 'line', 'version', 'counter', 'digest', 'time'],
    where,
  );
  const { kind, counter, time } = item;
  if (kind !== 'statement' && kind !== 'bundle' && kind !== 'package')
    throw fault(`${where}.kind is none of statement, bundle, package`);
  return {
    kind,
    name: textOf(item['name'], `${where}.name`),
    line: textOf(item['line'], `${where}.line`),
    version: textOf(item['version'], `${where}.version`),
    ...(counter === undefined ? {} : { counter: countOf(counter, `${where}.counter`) }),
    digest: digestAt(item['digest'], `${where}.digest`),
    ...(time === undefined ? {} : { time: timeOf(time, `${where}.time`) }),
  };
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(value: unknown, known: readonly string[], where: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fault(`${where} must be an object`);
  const stranger = Object.keys(value).find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw fault(`${where} has the unknown member '${stranger.slice(0, 60)}'`);
  return { ...value };
}

function textOf(value: unknown, where: string): string {
  if (typeof value !== 'string' || value.length > 512) throw fault(`${where} must be a text`);
  return value;
}

function countOf(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw fault(`${where} must be an integer from 0`);
  return value;
}

function timeOf(value: unknown, where: string): string {
  if (
    typeof value === 'string' &&
    !Number.isNaN(Date.parse(value)) &&
    new Date(value).toISOString() === value
  )
    return value;
  throw fault(`${where} must be a time such as 2026-11-21T04:00:00.000Z`);
}

function digestAt(value: unknown, where: string): Digest {
  if (typeof value === 'string' && isDigest(value)) return value;
  throw fault(`${where} must be a digest`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fault(message: string): StatementError {
  return new StatementError('STATEMENT_PREDICATE', message);
}
