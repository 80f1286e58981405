import { type FileStatement, renderFileStatement } from './file-statement.ts';

/** Predicate type of ours: what changed from one release to another, and which files say so. */
const diffPredicateType = 'https://cowabungaai.dev/attestations/diff/v1';

/** A comparison as it is signed. */
export interface DiffStatement extends Pick<FileStatement, 'files'> {
  /** The two sides: what they are called, and the digest of their report where one was read. */
  readonly before: { readonly release: string; readonly digest?: string };
  readonly after: { readonly release: string; readonly digest?: string };
  readonly outcome: string;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** UTC, ISO 8601. */
  readonly date: string;
  readonly programVersion: string;
}

/**
 * The in-toto statement over a comparison as JSON text: same comparison at the same time, same bytes.
 * @throws StatementError STATEMENT_* when what is to be signed could not be read back
 */
export function renderDiffStatement({ files, programVersion, ...said }: DiffStatement): string {
  const { before, after, outcome, added, removed, changed, date } = said;
  return renderFileStatement({
    files,
    predicateType: diffPredicateType,
    predicate: {
      program: { version: { 'cowa-release': programVersion } },
      date,
      before,
      after,
      outcome,
      added,
      removed,
      changed,
    },
  });
}
