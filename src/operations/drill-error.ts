import { UsageError } from '../errors/families.ts';

/** Nothing can be shown of what was named. */
export class DrillError extends UsageError<
  | 'DRILL_NOT_POSSIBLE' // standard input, or parts: it has to be read again and again, in one piece
  | 'DRILL_UNSOUND' // the archive cannot be read as it is
> {}
