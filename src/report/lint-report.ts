import type { Finding } from '../checks/check.ts';
import type { ExitCode } from '../errors/exit-codes.ts';

/** What `lint --output json` prints. Its JSON Schema is `schemas/lint-report.schema.json`. */
export interface LintReport {
  readonly schema: 'cowa-release/lint-report/v1';
  readonly program: { readonly name: 'cowa-release'; readonly version: string };
  /** What was looked at, by path of the definition. */
  readonly packages: readonly LintedPackage[];
  /** Passes are counted, not listed. */
  readonly findings: readonly Finding[];
  readonly verdict: {
    readonly outcome: 'pass' | 'fail' | 'incomplete';
    readonly exitCode: ExitCode;
    readonly counts: {
      readonly pass: number;
      readonly error: number;
      readonly warning: number;
      readonly note: number;
      readonly undecided: number;
    };
  };
}

export interface LintedPackage {
  readonly file: string;
  readonly name: string;
  /** Zarf's flavor it was judged for; empty for none. */
  readonly flavor: string;
  /** Objects that were rendered. */
  readonly objects: number;
}
