import type { CheckId, EvidenceArea, Outcome, Severity, Subject } from '../../checks/check.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { FindingRole } from '../report-view.ts';
import type { ReportedLevel, ReportedSignature, ReportedTrust } from '../verify-report.ts';

/** How good something is, best first. `open`: what was needed to say so could not be looked at. */
export type CriterionStatus = 'met' | 'caveat' | 'open' | 'not-met';

export interface DossierVerdict {
  /** That of the worst criterion. */
  readonly status: CriterionStatus;
  /** The sentence that stands first: what the status means, and why it is not better. */
  readonly words: string;
  /** What `verify` said of the same inputs. */
  readonly outcome: Verdict['outcome'];
  readonly exitCode: number;
  readonly headline: string;
  readonly counts: Verdict['counts'];
  /** Severities whose failures count. */
  readonly failOn: readonly Severity[];
  readonly criteria: readonly DossierCriterion[];
  /** By name. */
  readonly packages: readonly PackageRecommendation[];
}

/** A row of the table of readiness. */
export interface DossierCriterion {
  readonly id: string;
  /** A few words, for sentences. */
  readonly short: string;
  readonly title: string;
  readonly status: CriterionStatus;
  /** What it rests on, in words. */
  readonly evidence: string;
  /** Checks it rests on: `checks` has their results. */
  readonly checks: readonly CheckId[];
  /** Why it is not better; empty when it is met. */
  readonly caveat: string;
}

export interface PackageRecommendation {
  readonly package: string;
  readonly version?: string;
  /** The archive it lies in. */
  readonly archive: string;
  /** `conditional`: somebody has to accept the reasons first. */
  readonly recommendation: 'ready' | 'conditional' | 'not-ready';
  readonly reasons: readonly string[];
}

/** Whom the judgement believed, and what it says of every level. */
export interface DossierTrust extends ReportedTrust {
  /** By archive. */
  readonly archives: readonly {
    readonly archive: string;
    readonly signature: ReportedSignature;
    /** The bundle, its packages, their images; empty where nobody was trusted. */
    readonly levels: readonly ReportedLevel[];
  }[];
}

/** One result of one check. */
export interface DossierCheck {
  readonly id: CheckId;
  /** True when it passes. */
  readonly title: string;
  readonly area: EvidenceArea;
  readonly severity: Severity;
  readonly outcome: Outcome;
  /** How it bears on the verdict. */
  readonly role: FindingRole;
  /** Archive or folder it was found in. */
  readonly within: string;
  readonly subject: Subject;
  readonly message: string;
  readonly code?: string;
  /** Of what did not pass. */
  readonly fix?: string;
  /** What the check itself says, where policy gave it another severity. */
  readonly defaultSeverity?: Severity;
  readonly waiver?: {
    readonly owner: string;
    readonly reason: string;
    readonly expires: string;
  };
  /** Digests of what was looked at: the thing itself, else the archive it lies in; empty where it has none. */
  readonly evidence: readonly string[];
}

/** An exception of the policy. */
export interface DossierWaiver {
  readonly check: CheckId;
  /** Name of what it is about, with `*` for any run of characters. */
  readonly subject: string;
  readonly owner: string;
  readonly reason: string;
  /** Last day it holds, UTC. */
  readonly expires: string;
  /** `unused`: it holds, and nothing failed that it would cover. */
  readonly state: 'used' | 'unused' | 'expired';
  /** Results it keeps from counting. */
  readonly results: number;
}

/** A control or task, and which results support it. */
export interface DossierControl {
  readonly framework: string;
  readonly version: string;
  readonly id: string;
  readonly title: string;
  /** What it rests on: words, with the criteria they come from. */
  readonly supportedBy: readonly { readonly criterion: string; readonly text: string }[];
  /** `supported`: all it rests on is met; `partly`: some is; `unsupported`: nothing here speaks for it. */
  readonly state: 'supported' | 'partly' | 'unsupported';
  /** What is missing. */
  readonly gaps: readonly string[];
}

/** A signed approval that lay with the release. */
export interface DossierApproval {
  readonly role: string;
  readonly signers: readonly string[];
  /** What was approved: names with digests. */
  readonly subjects: readonly { readonly name: string; readonly digest: string }[];
  /** UTC, ISO 8601, as the approval says. */
  readonly date: string;
  readonly state: 'accepted' | 'undecided' | 'refused';
  readonly reason: string;
  readonly document: { readonly name: string; readonly digest?: string };
}
