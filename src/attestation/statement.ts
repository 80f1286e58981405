import { type Digest, hexOf } from '../oci/digest.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import { StatementError } from './attestation-error.ts';

export const statementType = 'https://in-toto.io/Statement/v1';
const oldStatementType = 'https://in-toto.io/Statement/v0.1';

/** What a statement speaks about. */
export interface StatementSubject {
  readonly name: string;
  /** Algorithm to lower-case hex; `sha256` is always among them. */
  readonly digest: Readonly<Record<string, string>> & { readonly sha256: string };
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** An in-toto statement. @see in-toto attestation spec v1, statement.md */
export interface Statement {
  readonly type: typeof statementType | typeof oldStatementType;
  readonly subjects: readonly StatementSubject[];
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}

const subjectMembers = [
  'name',
  'uri',
  'digest',
  'content',
  'downloadLocation',
  'mediaType',
  'annotations',
];
const hexLengths: Readonly<Record<string, number>> = {
  sha256: 64,
  sha512: 128,
  sha384: 96,
  sha1: 40,
};
const maxPayloadBytes = 12 * 1024 * 1024;

/**
 * Reads a verified payload. Duplicate members are refused at any depth, as cosign does: two readers
 * that see different documents under one signature are an attack.
 * @throws StatementError STATEMENT_JSON, STATEMENT_TYPE, STATEMENT_MEMBER, STATEMENT_SUBJECT, STATEMENT_PREDICATE
 */
export function parseStatement(
  payload: Uint8Array,
  options: { readonly allowOldType: boolean },
): Statement {
  const { value, problem } = parseJsonStrict(payload, { maxBytes: maxPayloadBytes, maxDepth: 64 });
  if (problem !== undefined)
    throw new StatementError(
      'STATEMENT_JSON',
      `the statement is not strict JSON: ${problem.message}`,
    );
  const statement = objectOf(value, 'statement', [
    '_type',
    'subject',
    'predicateType',
    'predicate',
  ]);
  const type = statement['_type'];
  if (type !== statementType && !(options.allowOldType && type === oldStatementType)) {
    throw new StatementError(
      'STATEMENT_TYPE',
      `expected a statement of type ${statementType}, found ${JSON.stringify(type ?? null).slice(0, 80)}`,
    );
  }
  const predicateType = statement['predicateType'];
  if (typeof predicateType !== 'string' || predicateType === '') {
    throw new StatementError('STATEMENT_PREDICATE', 'predicateType must be a text');
  }
  const predicate = statement['predicate'];
  if (!isObject(predicate))
    throw new StatementError('STATEMENT_PREDICATE', 'predicate must be an object');
  return { type, subjects: parseSubjects(statement['subject']), predicateType, predicate };
}

/**
 * Requires the predicate type that was asked about, and the artifact among the subjects.
 * @throws StatementError STATEMENT_PREDICATE, STATEMENT_SUBJECT
 */
export function requireSubject(
  statement: Statement,
  digest: Digest,
  predicateType: string,
): StatementSubject {
  if (statement.predicateType !== predicateType) {
    throw new StatementError(
      'STATEMENT_PREDICATE',
      `the statement has the predicate type ${statement.predicateType}, asked for was ${predicateType}`,
    );
  }
  const found = statement.subjects.find((subject) => subject.digest.sha256 === hexOf(digest));
  if (found === undefined) {
    throw new StatementError(
      'STATEMENT_SUBJECT',
      `none of ${statement.subjects.length} subjects has the digest ${digest}`,
    );
  }
  // We know one digest of the artifact only: a second one beside it could be a lie that others believe.
  const unchecked = Object.keys(found.digest).filter(
    (name) => name !== 'sha256' && Object.hasOwn(hexLengths, name),
  );
  if (unchecked.length > 0) {
    throw new StatementError(
      'STATEMENT_SUBJECT',
      `the subject '${found.name}' also claims ${unchecked.join(', ')}, which was not computed`,
    );
  }
  return found;
}

function parseSubjects(value: unknown): readonly StatementSubject[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 1024) {
    throw new StatementError('STATEMENT_SUBJECT', 'a statement has 1 to 1024 subjects');
  }
  const names = new Set<string>();
  return value.map((entry: unknown, index) => {
    const subject = objectOf(entry, `subject[${index}]`, subjectMembers);
    const name = subject['name'];
    if (typeof name !== 'string' || name === '' || names.has(name)) {
      throw new StatementError('STATEMENT_SUBJECT', `subject[${index}] needs a name of its own`);
    }
    names.add(name);
    const annotations = subject['annotations'];
    if (annotations !== undefined && !isObject(annotations)) {
      throw new StatementError(
        'STATEMENT_MEMBER',
        `subject[${index}].annotations must be an object`,
      );
    }
    return {
      name,
      digest: parseDigests(subject['digest'], name),
      ...(annotations === undefined ? {} : { annotations }),
    };
  });
}

function parseDigests(value: unknown, name: string): StatementSubject['digest'] {
  const digests: Record<string, string> = {};
  if (!isObject(value) || Object.keys(value).length > 32) {
    throw new StatementError(
      'STATEMENT_SUBJECT',
      `the digests of '${name}' must be an object of at most 32 members`,
    );
  }
  for (const [algorithm, hex] of Object.entries(value)) {
    const length = Object.hasOwn(hexLengths, algorithm) ? hexLengths[algorithm] : undefined;
    if (
      typeof hex !== 'string' ||
      (length !== undefined && (hex.length !== length || !/^[0-9a-f]*$/.test(hex)))
    ) {
      throw new StatementError(
        'STATEMENT_SUBJECT',
        `the ${algorithm.slice(0, 40)} of '${name}' is not lower-case hex of the right length`,
      );
    }
    Object.defineProperty(digests, algorithm, { value: hex, enumerable: true });
  }
  const sha256 = digests['sha256'];
  if (sha256 === undefined)
    throw new StatementError('STATEMENT_SUBJECT', `the subject '${name}' has no sha256`);
  return { ...digests, sha256 };
}

function objectOf(
  value: unknown,
  where: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw new StatementError('STATEMENT_MEMBER', `${where} must be an object`);
  const stranger = Object.keys(value).find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new StatementError(
      'STATEMENT_MEMBER',
      `${where} has the unknown member '${stranger.slice(0, 60)}'`,
    );
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
