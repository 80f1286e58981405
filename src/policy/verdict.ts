import type { EvidenceArea, Severity } from '../checks/check.ts';
import type { ExitCode } from '../errors/exit-codes.ts';

/** The sum of all findings under a policy. */
export interface Verdict {
  /** `incomplete`: nothing failed, but required evidence could not be looked at. */
  readonly outcome: 'pass' | 'fail' | 'incomplete';
  /** What `verify` exits with for this archive: 0, 1 or 5; 3 for a folder with an archive that cannot be opened. */
  readonly exitCode: ExitCode;
  /** One sentence for the first line: the outcome, and why when it is not a pass; names every weakening. */
  readonly headline: string;
  readonly counts: {
    readonly pass: number;
    /** Failures that count. */
    readonly fail: number;
    readonly warning: number;
    readonly note: number;
    /** Failures a waiver of the policy keeps from counting. */
    readonly waived: number;
    readonly undecided: number;
    readonly notApplicable: number;
  };
  /** Severities whose failures count. */
  readonly failOn: readonly Severity[];
  /** Required areas that stayed undecided, sorted. */
  readonly missingEvidence: readonly EvidenceArea[];
  /** Other areas where something could not be looked at, sorted. */
  readonly notLookedAt: readonly EvidenceArea[];
  /** Everything that weakens the verdict, in words: `--insecure-allow-unsigned`. */
  readonly weakenedBy: readonly string[];
}
