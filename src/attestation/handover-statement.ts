import type { Digest } from '../oci/digest.ts';
import { type FileStatement, renderFileStatement } from './file-statement.ts';
import type { BuiltRelease } from './release-statement.ts';

/** Predicate type of ours: which pages, reports and checksums a handover kit consists of, around which release. */
export const handoverPredicateType = 'https://cowabungaai.dev/attestations/handover/v1';

/** A kit as it is signed. */
export interface HandoverStatement extends Pick<FileStatement, 'files'> {
  readonly release: BuiltRelease;
  /** The file that says what the release consists of. */
  readonly statement: Digest;
  readonly programVersion: string;
}

/**
 * The in-toto statement over everything of a kit that is not the release in it, which has a statement of its own.
 * @throws StatementError STATEMENT_* when what is to be signed could not be read back
 */
export function renderHandoverStatement(handover: HandoverStatement): string {
  const { files, release, statement, programVersion } = handover;
  const { product, version, flavor, architecture, counter, sourceDateEpoch } = release;
  return renderFileStatement({
    files,
    predicateType: handoverPredicateType,
    predicate: {
      program: { version: { 'cowa-release': programVersion } },
      release: { product, version, flavor, architecture, counter, sourceDateEpoch },
      statement,
    },
  });
}
