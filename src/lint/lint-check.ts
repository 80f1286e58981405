import type { Check, Finding, Result } from '../checks/check.ts';
import type { DeployedPackage } from './deployed-package.ts';
import type { DeployedRelease } from './deployed-release.ts';

type Described = Pick<Check, 'id' | 'title' | 'severity' | 'help'>;

/** A rule over what one package would deploy. */
export interface PackageCheck extends Described {
  /** Pure. */
  evaluate(facts: DeployedPackage): Iterable<Result>;
}

/** A rule over everything that is released together. */
export interface ReleaseCheck extends Described {
  /** Pure. */
  evaluate(facts: DeployedRelease): Iterable<Result>;
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
  checks: readonly (Described & { evaluate(facts: Facts): Iterable<Result> })[],
  facts: Facts,
): readonly Finding[] {
  return checks.flatMap((check) =>
    [...check.evaluate(facts)].map((result) => ({
      id: check.id,
      severity: result.severity ?? check.severity,
      outcome: result.outcome,
      subject: result.subject,
      message: result.message,
      ...(result.code === undefined ? {} : { code: result.code }),
      help: check.help,
    })),
  );
}
