import { type Digest, hexOf } from '../oci/digest.ts';
import { parseStatement, statementType } from './statement.ts';

/** Predicate type of ours: what a report about a release says, and which files it consists of. */
export const reportPredicateType = 'https://cowabungaai.dev/attestations/report/v1';

/** A report as it is signed. */
export interface ReportStatement {
  /** Files of the report, by name. At least one, at most 1024. */
  readonly files: readonly { readonly name: string; readonly digest: Digest }[];
  /** Archives it is about. */
  readonly about: readonly { readonly name: string; readonly digest: string }[];
  /** Status of the worst criterion, and what verify said. */
  readonly status: string;
  readonly outcome: string;
  readonly words: string;
  /** UTC, ISO 8601. */
  readonly date: string;
  readonly programVersion: string;
}

/**
 * The in-toto statement over the files of a report as JSON text: same report, same bytes.
 * @throws StatementError STATEMENT_* when what is to be signed could not be read back
 */
export function renderReportStatement(report: ReportStatement): string {
  const { files, about, status, outcome, words, date, programVersion } = report;
  const text = JSON.stringify({
    _type: statementType,
    subject: files.map(({ name, digest }) => ({ name, digest: { sha256: hexOf(digest) } })),
    predicateType: reportPredicateType,
    predicate: {
      reporter: { version: { 'cowa-release': programVersion } },
      date,
      status,
      outcome,
      words,
      about: about.map(({ name, digest }) => ({
        name,
        digest: { sha256: digest.replace('sha256:', '') },
      })),
    },
  });
  // What we sign must pass what we read.
  parseStatement(Buffer.from(text), { allowOldType: false });
  return text;
}
