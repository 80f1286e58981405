/** Something wrong at a place of a YAML, JSON or HCL document. */
export interface DocumentProblem {
  readonly code:
    | 'DOCUMENT_SYNTAX'
    | 'DOCUMENT_DUPLICATE_KEY'
    | 'DOCUMENT_ALIAS_LIMIT'
    | 'DOCUMENT_DEPTH'
    | 'DOCUMENT_SIZE'
    | 'DOCUMENT_ENCODING'
    | 'DOCUMENT_SCHEMA'
    | 'DOCUMENT_UNKNOWN_KEY'
    | 'DOCUMENT_RULE';
  readonly message: string;
  /** JSON pointer of the value, `''` for the whole document. */
  readonly pointer: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning' | 'note';
}
