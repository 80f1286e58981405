import { type Digest, hexOf } from '../oci/digest.ts';
import {
  integerOf,
  listOf,
  membersOf,
  onlySha256,
  predicateFault,
  sha256Of,
  textOf,
  timeOf,
} from './predicate-members.ts';
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
    throw predicateFault(
      `expected a result of making again (${reproducibilityType}), found ${predicateType}`,
    );
  const [subject, ...others] = subjects;
  if (subject === undefined || others.length > 0)
    throw predicateFault('the subject must be one archive');
  const full = onlySha256(subject);
  const known = ['outcome', 'rebuilt', 'differences', 'inputs', 'builder', 'timeReproduced'];
  const members = membersOf(predicate, known, ['first'], 'predicate');
  const { outcome, first } = members;
  if (outcome !== 'identical' && outcome !== 'same-content' && outcome !== 'different')
    throw predicateFault('outcome is none of identical, same-content, different');
  const differences = integerOf(members['differences'], 'differences', 0);
  const rebuilt = sha256Of(membersOf(members['rebuilt'], ['digest'], [], 'rebuilt'), 'rebuilt');
  const isSame = rebuilt === full && differences === 0;
  if ((outcome === 'identical') !== isSame)
    throw predicateFault(
      `it contradicts itself: ${outcome}, with ${differences} differences, ${rebuilt} made of ${full}`,
    );
  const builder = membersOf(members['builder'], ['version'], [], 'builder');
  const version = membersOf(builder['version'], ['cowa-release'], [], 'builder.version');
  return {
    archive: { name: subject.name, digest: full },
    outcome,
    rebuilt,
    differences,
    ...(first === undefined ? {} : { first: textOf(first, 'first', maxTextLength) }),
    inputs: listOf(members['inputs'], 'inputs', maxInputs).map((each) => {
      const input = membersOf(each, ['name', 'digest'], [], 'inputs');
      const name = textOf(input['name'], 'inputs.name', maxTextLength);
      return { name, digest: sha256Of(input, 'inputs') };
    }),
    programVersion: textOf(version['cowa-release'], 'builder.version', maxTextLength),
    time: new Date(timeOf(members['timeReproduced'], 'timeReproduced')),
  };
}
