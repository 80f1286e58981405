import type { Check, Finding, Result, Severity, Subject } from '../checks/check.ts';
import { fail } from '../checks/results.ts';
import type { DeployedPackage } from './deployed-package.ts';
import type { DeployedRelease } from './deployed-release.ts';

/** A change of a text file that mends a finding; line and column are 1-based, in UTF-16 units. */
export interface TextEdit {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Units that are replaced, within the line; 0 inserts. */
  readonly length: number;
  readonly replacement: string;
}

/** What a check of definitions yields. */
export interface LintResult extends Result {
  /** Edits that mend it, where a mend is safe: all of them or none. */
  readonly fix?: readonly TextEdit[];
  /** Why it is undecided, where that is told once for all that hang on it. */
  readonly hangsOn?: string;
}

export interface LintFinding extends Finding {
  readonly fix?: readonly TextEdit[];
  /** Never in a report. */
  readonly hangsOn?: string;
}

/** The result with what mends it. */
export function withFix(result: Result, fix: readonly TextEdit[]): LintResult {
  return fix.length === 0 ? result : { ...result, fix };
}

/**
 * What a check yields when it could not look, only because something was not read or is not here.
 * @param reason as `notAllRead` and companies tell it
 */
export function hanging(subject: Subject, message: string, reason: string): LintResult {
  return { outcome: 'undecided', subject, message, hangsOn: reason };
}

/**
 * What a check yields about something that is wrong as far as all that is deployed was read: what was not may be what
 * is looked for.
 * @param because why not all of it was read; undefined where it was
 */
export function amongAll(
  because: string | undefined,
  subject: Subject,
  message: string,
  soft: { readonly severity?: Severity } = {},
): LintResult {
  return because === undefined
    ? fail(subject, message, soft)
    : { ...hanging(subject, `${message}; ${because}`, because), ...soft };
}

/** What keeps a rule and what breaks it, as people would write it: short YAML. */
export interface Examples {
  readonly good: string;
  readonly bad: string;
}

interface Described extends Pick<Check, 'id' | 'title' | 'severity' | 'help'> {
  readonly examples?: Examples;
}

/** A rule over what one package would deploy. */
export interface PackageCheck extends Described {
  /** Pure. */
  evaluate(facts: DeployedPackage): Iterable<LintResult>;
}

/** A rule over everything that is released together. */
export interface ReleaseCheck extends Described {
  /** Pure. */
  evaluate(facts: DeployedRelease): Iterable<LintResult>;
}

/** Declares a check. One file, one test, under `lint/<area>/`. */
export function definePackageCheck(check: PackageCheck): PackageCheck {
  return check;
}

/** Declares a check. One file, one test, under `lint/<area>/`. */
export function defineReleaseCheck(check: ReleaseCheck): ReleaseCheck {
  return check;
}

/** Runs checks over facts; findings in the order of the checks, then of the definition. */
export function runLintChecks<Facts>(
  checks: readonly (Described & { evaluate(facts: Facts): Iterable<LintResult> })[],
  facts: Facts,
): readonly LintFinding[] {
  return checks.flatMap((check) =>
    [...check.evaluate(facts)].map((result) => ({
      id: check.id,
      severity: result.severity ?? check.severity,
      outcome: result.outcome,
      subject: result.subject,
      message: result.message,
      ...(result.code === undefined ? {} : { code: result.code }),
      ...(result.fix === undefined ? {} : { fix: result.fix }),
      ...(result.hangsOn === undefined ? {} : { hangsOn: result.hangsOn }),
      help: check.help,
    })),
  );
}
