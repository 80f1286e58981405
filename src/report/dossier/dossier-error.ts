import { InputError } from '../../errors/families.ts';

/** A document that a report was to be made with cannot be used. */
export class DossierError extends InputError<
  | 'REPORT_DOCUMENT_INVALID' // an earlier report that is none, or of another version
  | 'SCAN_FORMAT_UNKNOWN' // a result of a scanner in a format that is not read
> {}
