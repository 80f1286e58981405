import type { Digest } from '../oci/digest.ts';
import type { ArchiveFacts, FactName } from './facts.ts';

/** SARIF's levels. */
export type Severity = 'error' | 'warning' | 'note';
export type Outcome = 'pass' | 'fail' | 'not-applicable' | 'undecided';
export type CheckId = `${string}/${string}`;

export interface Subject {
  readonly kind:
    | 'archive'
    | 'entry'
    | 'blob'
    | 'component'
    | 'image'
    | 'package'
    | 'bundle'
    | 'statement'
    | 'file';
  readonly name: string;
  readonly digest?: Digest;
  /** Place in a document, 1-based. */
  readonly line?: number;
  readonly column?: number;
  /** What stands there once charts are rendered: `Deployment/vllm`. */
  readonly object?: string;
}

export interface Help {
  readonly why: string;
  readonly fix: string;
  /** The clause this comes from: specification and section. */
  readonly source: string;
}

/** What is said of one code. */
export type CodeHelp = Pick<Help, 'why' | 'fix'>;

export interface Finding {
  readonly id: CheckId;
  readonly severity: Severity;
  readonly outcome: Outcome;
  readonly subject: Subject;
  readonly message: string;
  /** Error code of the guard that spoke, where there is one. */
  readonly code?: string;
  /** What the check itself says, where policy gave the finding another severity. */
  readonly defaultSeverity?: Severity;
  /** The dated exception of the policy that keeps this failure from counting. */
  readonly waiver?: FindingWaiver;
  /** The finding that tells why this one is there at all: mended, this one goes too. */
  readonly followsFrom?: FindingCause;
  readonly help: Help;
}

/** Which finding is the cause of another. */
export interface FindingCause {
  readonly id: CheckId;
  readonly code?: string;
  /** Name of what it is about. */
  readonly subject: string;
}

/** A finding before anybody asked what it follows from. */
export interface GroundedFinding extends Finding {
  /** @see Result.restsOn */
  readonly restsOn?: string;
}

/** Who answers for a failure that does not count, why, and until when. */
export interface FindingWaiver {
  readonly owner: string;
  readonly reason: string;
  /** Last day it holds, `YYYY-MM-DD`, UTC. */
  readonly expires: string;
}

/** What `evaluate` yields: the rest of a finding comes from the check. `severity` only to soften a single case (a note instead of an error). */
export interface Result {
  readonly outcome: Outcome;
  readonly subject: Subject;
  readonly message: string;
  readonly code?: string;
  readonly severity?: Severity;
  /**
   * What this tells to be missing or damaged, or could not do without: a file, or a `Ground`. What
   * rests on one and the same thing has one cause.
   */
  readonly restsOn?: string;
}

/** Evidence that must be looked at for a verdict of pass. Others may stay undecided without changing the exit code. */
export type EvidenceArea =
  | 'container'
  | 'checksums'
  | 'oci'
  | 'definition'
  | 'signature'
  | 'names'
  | 'bundle'
  | 'budget'
  | 'sbom'
  | 'provenance'
  | 'statement'
  | 'policy'
  | 'deployment';

export interface Check<Needs extends FactName = FactName> {
  readonly id: CheckId;
  /** A sentence that is true when the check passes. */
  readonly title: string;
  readonly area: EvidenceArea;
  readonly severity: Severity;
  /** Facts it may see. */
  readonly needs: readonly Needs[];
  readonly help: Help;
  /** What to do about single codes, where that is another thing; others are as `help` says. */
  readonly codes?: Readonly<Record<string, CodeHelp>>;
  /** Synchronous and pure: no reading, no clock, no order dependence. */
  evaluate(facts: Pick<ArchiveFacts, Needs>): Iterable<Result>;
}

/** Declares a check. One file, one test, under `checks/<area>/`. */
export function defineCheck<Needs extends FactName>(check: Check<Needs>): Check<Needs> {
  return check;
}
