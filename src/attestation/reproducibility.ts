import { type Digest, hexOf } from '../oci/digest.ts';
import { parseStatement, statementType } from './statement.ts';

/** Predicate type of the result of making an archive again; the last part grows when a member changes its meaning. */
const reproducibilityType = 'https://cowabungaai.dev/attestations/reproducibility/v1';

/** What came of making an archive again. */
interface Reproducibility {
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
  parseStatement(Buffer.from(text), { allowOldType: false });
  return text;
}
