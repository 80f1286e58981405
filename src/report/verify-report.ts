import type { StampedBy } from '../attestation/certificate-chain.ts';
import type { Finding } from '../checks/check.ts';
import type { ArchiveFormat } from '../checks/facts.ts';
import type { Digest } from '../oci/digest.ts';
import type { AcceptedItem } from '../policy/trust/accepted-record.ts';
import type { ApprovalDecision } from '../policy/trust/judge-approvals.ts';
import type { ApprovalDemand } from '../policy/trust/judge-object.ts';
import type { SigningCertificate } from '../policy/trust/signature-evidence.ts';
import type { Validity } from '../policy/trust/trust-policy.ts';
import type { Verdict } from '../policy/verdict.ts';

/** Everything `verify` says about one archive. Stable: same archive, trust and policy give the same value. */
export interface VerifyReport {
  readonly schema: 'cowa-release/verify-report/v1';
  readonly program: { readonly name: 'cowa-release'; readonly version: string };
  readonly archive: ReportedArchive;
  readonly trust: ReportedTrust;
  readonly packages: readonly ReportedPackage[];
  /** The archive's own signature. */
  readonly signature: ReportedSignature;
  /** The bundle, its packages, their images, each with what is believed of it; undefined: nobody was trusted. */
  readonly levels?: readonly ReportedLevel[];
  /** What `--accept` remembers of it; only of what is believed. */
  readonly record?: ReportedRecord;
  /** Approvals of this archive that lie beside it, and what became of each; undefined: none, or nobody was trusted. */
  readonly approvals?: readonly ApprovalDecision[];
  /** Sorted by severity, then id, then subject; passes included. */
  readonly findings: readonly Finding[];
  readonly verdict: Verdict;
}

export interface ReportedArchive {
  /** File name without folders; null on standard input. */
  readonly name: string | null;
  readonly format: ArchiveFormat;
  readonly compression: 'zstd' | 'none';
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes of the tar inside. */
  readonly tarSize: number;
  readonly entries: number;
  readonly frames: number;
  /** SHA-256 of the whole file, where something needed it. */
  readonly digest?: Digest;
  /** What stays the same after another compression or a registry in between: zarf.yaml of a package, root manifest of a bundle. */
  readonly root?: { readonly kind: 'package' | 'bundle'; readonly digest: Digest };
}

export interface ReportedTrust {
  readonly key?: { readonly origin: string; readonly fingerprint: string };
  /** Who may sign what, when more than a key was given. */
  readonly trustPolicy?: {
    readonly location: string;
    readonly digest: string;
    readonly version: number;
    /** UTC, ISO 8601. */
    readonly expires: string;
    readonly site?: string;
  };
  /** By the clock of the machine; UTC, ISO 8601. Where it was asked for. */
  readonly judgedAt?: string;
  /** Record of what was accepted last. */
  readonly since?: { readonly location: string; readonly digest: string };
  readonly policy?: { readonly location: string; readonly digest: string };
  /** Flags that weaken, as spelt. */
  readonly insecure: readonly string[];
}

export interface ReportedPackage {
  readonly name: string;
  readonly version?: string;
  readonly architecture?: string;
  readonly flavor?: string;
  readonly zarfVersion?: string;
  /** Digest of its zarf.yaml. */
  readonly digest?: Digest;
  readonly images: number;
  /** Bytes of all its files. */
  readonly size: number;
  readonly signature: 'valid' | 'invalid' | 'undecided' | 'unsigned' | 'covered-by-bundle';
}

/** A bundle, a package or an image, and what is believed of it. */
export interface ReportedLevel {
  readonly kind: 'bundle' | 'package' | 'image';
  readonly name: string;
  readonly version?: string;
  readonly digest?: Digest;
  /** Name of what it lies in. */
  readonly within?: string;
  /** `accepted`: by signatures of its own; `covered`: by those of what it lies in, or of a release statement. */
  readonly state: 'accepted' | 'covered' | 'refused' | 'undecided' | 'unsigned';
  /** Entry of the trust policy that decided. */
  readonly rule?: string;
  /** What its signatures cover, or what covers it. */
  readonly covers?: string;
  readonly code?: string;
  readonly reason: string;
  /** Approvals that are demanded, and how many count; undefined: none are. */
  readonly approvers?: readonly ApprovalDemand[];
  /** Those that counted. */
  readonly signers: readonly {
    readonly signer: string;
    readonly party: string;
    readonly role: string;
    readonly location: string;
    readonly stampedTimes: readonly string[];
    /** Who vouches for these times, oldest first; where a certificate signed. */
    readonly stampedBy?: readonly StampedBy[];
    /** The certificate that signed, whose chain to the trusted root held. */
    readonly certificate?: SigningCertificate;
    /** When the trust policy lets his signatures count; undefined: always. */
    readonly validity?: Validity;
  }[];
}

/** What is remembered of something that was accepted. */
export interface ReportedRecord {
  readonly items: readonly AcceptedItem[];
  /** Signed times that were verified, UTC, ISO 8601. */
  readonly times: readonly string[];
}

export interface ReportedSignature {
  readonly outcome: 'valid' | 'invalid' | 'undecided' | 'unsigned';
  readonly location?: string;
  readonly covers?: string;
  readonly fingerprint?: string;
  readonly reason?: string;
}
