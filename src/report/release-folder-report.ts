import type { Finding } from '../checks/check.ts';
import type { Digest } from '../oci/digest.ts';
import type { ApprovalDecision } from '../policy/trust/judge-approvals.ts';
import type { ApprovalDemand } from '../policy/trust/judge-object.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { ReportedRecord, ReportedTrust, VerifyReport } from './verify-report.ts';

/** Everything `verify` says about a folder: each archive, and the folder against its release statement. */
export interface FolderReport {
  readonly schema: 'cowa-release/verify-folder-report/v1';
  readonly program: { readonly name: 'cowa-release'; readonly version: string };
  readonly folder: string;
  readonly trust: ReportedTrust;
  /** What the signed statement says of itself; null where there is none that could be believed. */
  readonly release: {
    readonly product: string;
    readonly version: string;
    readonly flavor: string;
    readonly counter: number;
    readonly sourceDateEpoch: number;
    /** Sites it is meant for; undefined: nobody is named. */
    readonly audience?: readonly string[];
  } | null;
  /** What `--accept` remembers of the release; only of one that is believed. */
  readonly record?: ReportedRecord;
  /** Approvals of the release, and what became of each; undefined: none, or nobody was trusted. */
  readonly approvals?: readonly ApprovalDecision[];
  /** Approvals of the release that are demanded, and how many count; undefined: none are. */
  readonly approvers?: readonly ApprovalDemand[];
  /** Files of the folder, sorted by name; digests where they were needed. */
  readonly files: readonly {
    readonly name: string;
    readonly size: number;
    readonly digest?: Digest;
  }[];
  /** Files nobody judges, whatever lists them: the log of the run that made the release, which no statement covers. */
  readonly notLookedAt?: readonly string[];
  readonly archives: readonly VerifyReport[];
  /** Archives and files that could not be opened or are no archives. */
  readonly unreadable: readonly {
    readonly name: string;
    readonly code: string;
    readonly message: string;
    readonly suggestions: readonly string[];
  }[];
  /** About the folder itself; those of the archives stand with them. */
  readonly findings: readonly Finding[];
  /** On the whole folder: never better than that on any archive in it. Counts are those of its own findings. */
  readonly verdict: Verdict;
}
