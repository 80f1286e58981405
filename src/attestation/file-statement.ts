import { type Digest, hexOf } from '../oci/digest.ts';
import { parseStatement, statementType } from './statement.ts';

/** What is said of some files. */
export interface FileStatement {
  /** The files, by name. At least one, at most 1024. */
  readonly files: readonly { readonly name: string; readonly digest: Digest }[];
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}

/**
 * The in-toto statement over files that belong together as JSON text: same files, same bytes.
 * @throws StatementError STATEMENT_* when what is to be signed could not be read back
 */
export function renderFileStatement({ files, predicateType, predicate }: FileStatement): string {
  const text = JSON.stringify({
    _type: statementType,
    subject: files.map(({ name, digest }) => ({ name, digest: { sha256: hexOf(digest) } })),
    predicateType,
    predicate,
  });
  // What we sign must pass what we read.
  parseStatement(Buffer.from(text), { allowOldType: false });
  return text;
}
