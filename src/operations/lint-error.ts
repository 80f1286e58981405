import { UsageError } from '../errors/families.ts';

/** What was asked of `lint` means nothing here. */
export class LintError extends UsageError<
  | 'LINT_NOTHING_FOUND' // no definition below the folder
  | 'LINT_FLAVOR_UNKNOWN' // no release has it
  | 'LINT_ZARF_FLAVOR_UNKNOWN' // no package has it
> {}
