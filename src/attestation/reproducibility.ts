import { type Digest, digestFromHex, hexOf, isDigest } from '../oci/digest.ts';
import { StatementError } from './attestation-error.ts';
import { parseStatement, statementType } from './statement.ts';

/** Predicate type of the result of making an archive again; the last part grows when a member changes its meaning. */
const reproducibilityType = 'https://cowabungaai.dev/attestations/reproducibility/v1';

/** What came of making an archive again. */
export interface Reproducibility {
  readonly archive: { readonly name: string; readonly digest: Digest };
  /**
   * `identical`: to the byte; `same-content`: up to signatures, which only their maker can make; `different`: not.
   */
  readonly outcome: 'identical' | 'same-content' | 'different';
  /** Of what was made now. */
  readonly rebuilt: Digest;
  /** How many places differ; 0 where it is identical. */
  readonly differences: number;
  /** The first of them, in words. */
  readonly first?: string;
  /** Definition and lock it was made from, by digest. */
  readonly inputs: readonly { readonly name: string; readonly digest: Digest }[];
  readonly programVersion: string;
  /** UTC; when it was made again. */
  readonly time: Date;
}

/**
 * The statement as JSON text.
 * @throws StatementError STATEMENT_* when what is to be signed could not be read back
 */
export function renderReproducibility(made: Reproducibility): string {
  const { archive, outcome, rebuilt, differences, first, inputs } = made;
  const text = JSON.stringify({
    _type: statementType,
    subject: [{ name: archive.name, digest: { sha256: hexOf(archive.digest) } }],
    predicateType: reproducibilityType,
    predicate: {
      outcome,
      rebuilt: { digest: { sha256: hexOf(rebuilt) } },
      differences,
      ...(first === undefined ? {} : { first }),
      inputs: inputs.map(({ name, digest }) => ({ name, digest: { sha256: hexOf(digest) } })),
      builder: { version: { 'cowa-release': made.programVersion } },
      timeReproduced: made.time.toISOString(),
    },
  });
  parseReproducibility(Buffer.from(text));
  return text;
}

const maxTextLength = 4096;
const maxInputs = 64;

/**
 * Reads the payload of such a statement; unknown members are refused, and so is what contradicts itself: only what
 * has the same digest is identical.
 * @throws StatementError STATEMENT_*
 */
export function parseReproducibility(payload: Uint8Array): Reproducibility {
  const { predicateType, predicate, subjects } = parseStatement(payload, { allowOldType: false });
  if (predicateType !== reproducibilityType)
    throw fault(
      `expected a result of making again (${reproducibilityType}), found ${predicateType}`,
    );
  const [subject, ...others] = subjects;
  if (subject === undefined || others.length > 0 || Object.keys(subject.digest).length > 1)
    throw fault('the subject must be one archive, with a sha256 and nothing else');
  const full = `sha256:${subject.digest.sha256}`;
  if (!isDigest(full)) throw fault('the subject has no sha256');
  const known = ['outcome', 'rebuilt', 'differences', 'inputs', 'builder', 'timeReproduced'];
  const members = membersOf(predicate, known, ['first'], 'predicate');
  const { outcome, differences, first, inputs, timeReproduced } = members;
  if (outcome !== 'identical' && outcome !== 'same-content' && outcome !== 'different')
    throw fault('outcome is none of identical, same-content, different');
  if (typeof differences !== 'number' || !Number.isSafeInteger(differences) || differences < 0)
    throw fault('differences must be a count');
  const rebuilt = digestIn(membersOf(members['rebuilt'], ['digest'], [], 'rebuilt'), 'rebuilt');
  const isSame = rebuilt === full && differences === 0;
  if ((outcome === 'identical') !== isSame)
    throw fault(
      `it contradicts itself: ${outcome}, with ${differences} differences, ${rebuilt} made of ${full}`,
    );
  if (!Array.isArray(inputs) || inputs.length > maxInputs)
    throw fault(`inputs must be a list of at most ${maxInputs}`);
  const builder = membersOf(members['builder'], ['version'], [], 'builder');
  const version = membersOf(builder['version'], ['cowa-release'], [], 'builder.version');
  return {
    archive: { name: subject.name, digest: full },
    outcome,
    rebuilt,
    differences,
    ...(first === undefined ? {} : { first: textOf(first, 'first') }),
    inputs: inputs.map((each: unknown) => {
      const input = membersOf(each, ['name', 'digest'], [], 'inputs');
      return { name: textOf(input['name'], 'inputs.name'), digest: digestIn(input, 'inputs') };
    }),
    programVersion: textOf(version['cowa-release'], 'builder.version'),
    time: timeOf(timeReproduced),
  };
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(
  value: unknown,
  needed: readonly string[],
  optional: readonly string[],
  where: string,
): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fault(`${where} must be an object`);
  const names = Object.keys(value);
  const wrong =
    names.find((name) => !needed.includes(name) && !optional.includes(name)) ??
    needed.find((name) => !names.includes(name));
  if (wrong !== undefined) throw fault(`${where}: '${wrong.slice(0, 60)}' is unknown or missing`);
  return { ...value };
}

function digestIn(members: Members, where: string): Digest {
  const { sha256 } = membersOf(members['digest'], ['sha256'], [], `${where}.digest`);
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) return digestFromHex(sha256);
  throw fault(`${where}.digest.sha256 must be 64 hex digits`);
}

function textOf(value: unknown, where: string): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= maxTextLength)
    return value;
  throw fault(`${where} must be a text of 1 to ${maxTextLength} characters`);
}

function timeOf(value: unknown): Date {
  const time = new Date(typeof value === 'string' ? value : Number.NaN);
  if (!Number.isNaN(time.getTime()) && time.toISOString() === value) return time;
  throw fault('timeReproduced must be a time such as 2026-11-21T04:00:00.000Z');
}

function fault(message: string): StatementError {
  return new StatementError('STATEMENT_PREDICATE', message);
}
