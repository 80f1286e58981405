import { type FileStatement, renderFileStatement } from './file-statement.ts';

/** Predicate type of ours: what a report about a release says, and which files it consists of. */
export const reportPredicateType = 'https://cowabungaai.dev/attestations/report/v1';

/** A report as it is signed. */
export interface ReportStatement extends Pick<FileStatement, 'files'> {
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
  return renderFileStatement({
    files,
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
}
