import { InputError } from '../../errors/families.ts';

/** A document that a report was to be made with cannot be used. */
export class DossierError extends InputError<
  | 'REPORT_DOCUMENT_INVALID' // an earlier report that is none, or of another version
  | 'SCAN_FORMAT_UNKNOWN' // a result of a scanner in a format that is not read
  | 'SCAN_EMPTY' // it holds no run of any scanner
  | 'SCAN_UNFINISHED' // the scanner itself says that it failed
  | 'SCAN_TOOL_UNNAMED' // nobody says what looked
  | 'SCAN_OWN_REPORT' // findings of this program, which matches no vulnerabilities
> {}
