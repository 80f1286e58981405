import type { Digest } from '../../oci/digest.ts';
import type { DossierContents } from './dossier-contents.ts';
import type {
  DossierApproval,
  DossierCheck,
  DossierControl,
  DossierTrust,
  DossierVerdict,
  DossierWaiver,
} from './dossier-judgement.ts';

/**
 * Everything a report says, in every format: `report.json` is this value. What it has no part for, or
 * leaves out, stands in `notLookedAt`. Same inputs, the time among them, same bytes.
 *
 * Lists are sorted by what a reader looks them up by, so that two reports can be compared line by line.
 */
export interface Dossier {
  readonly schema: 'cowa-release/report/v1';
  readonly program: { readonly name: 'cowa-release'; readonly version: string };
  readonly run: DossierRun;
  /** Never better than the worst of its criteria. */
  readonly verdict: DossierVerdict;
  /** What this report says nothing about, and why; what matters most first. */
  readonly notLookedAt: readonly NotLookedAt[];
  /** What the release statement says the release is; null where none could be believed, or one archive was judged. */
  readonly release: DossierRelease | null;
  /** What was judged: the archives, then the other files that lay with them, by name. */
  readonly subjects: readonly DossierSubject[];
  readonly trust: DossierTrust;
  readonly contents: DossierContents;
  readonly sizes: DossierSizes;
  /** How the archives were made, by signed statements; empty where there is none that could be believed. */
  readonly provenance: readonly DossierProvenance[];
  /** Every result of every check, what passed too; failures first. */
  readonly checks: readonly DossierCheck[];
  readonly waivers: readonly DossierWaiver[];
  /** What the results support in each framework. They never satisfy a control by themselves. */
  readonly controls: readonly DossierControl[];
  readonly approvals: readonly DossierApproval[];
  /** Whether making it again gave the same bytes; undefined: no statement about it was there. */
  readonly reproducibility?: DossierReproducibility;
  /** What signed statements that lay with it say of tests of the software; undefined: there are none. */
  readonly testResults?: readonly DossierTestResult[];
  /** What scanners said, as given; empty: vulnerabilities were not looked at. */
  readonly scans: readonly DossierScan[];
  /** The report this one is compared with; undefined: none was given. */
  readonly previous?: DossierPrevious;
  /** Earlier reports that were given, oldest first. */
  readonly history: readonly DossierHistoryEntry[];
  /** Every file that a statement of this report rests on, sorted by name. */
  readonly evidence: readonly DossierEvidence[];
}

/** How the judgement was made. */
export interface DossierRun {
  readonly command: 'report' | 'verify' | 'assemble';
  /** UTC, ISO 8601, by the clock of the machine; of `assemble` the date of the release itself. */
  readonly date: string;
  /** Whom it is for, as given. */
  readonly audience?: string;
  /** Who asked for it, as given. */
  readonly preparedBy?: string;
  /** Marking of the site, as given: shown on top and bottom of every page. */
  readonly marking?: string;
  /** The judgement had no way to a network. */
  readonly network: 'none';
  /** Digest of the built-in one where none was given. */
  readonly policy: { readonly name: string; readonly digest: string; readonly builtIn: boolean };
  /** Programs other than this one whose results stand here, sorted. */
  readonly tools: readonly {
    readonly name: string;
    readonly version?: string;
    readonly digest?: string;
  }[];
  /** Flags that weaken, as spelt. */
  readonly insecure: readonly string[];
}

export interface NotLookedAt {
  /** `vulnerabilities`, or another stable word; several entries may share one. */
  readonly id: string;
  readonly what: string;
  readonly why: string;
  /** How to have it looked at; undefined: nothing can be done with this program. */
  readonly next?: string;
}

export interface DossierRelease {
  readonly product: string;
  readonly version: string;
  readonly flavor: string;
  readonly counter: number;
  /** UTC, ISO 8601. */
  readonly date: string;
  /** Sites it is meant for; undefined: nobody is named. */
  readonly audience?: readonly string[];
}

export interface DossierSubject {
  readonly kind: 'zarf-package' | 'uds-bundle' | 'file';
  /** Without folders; `standard input`. */
  readonly name: string;
  /** Undefined: not all of it was there. */
  readonly digest?: Digest;
  /** What stays the same after another compression: zarf.yaml of a package, root manifest of a bundle. */
  readonly root?: Digest;
  readonly size: number;
  /** Of an archive: what was judged of it. */
  readonly outcome?: 'pass' | 'fail' | 'incomplete';
  readonly headline?: string;
}

export interface DossierSizes {
  /** Bytes of all archives. */
  readonly archives: number;
  /** Bytes of all images, each counted for itself. */
  readonly images: number;
  /** Bytes with what several images share counted once: what a registry stores. */
  readonly uniqueImages: number;
  /** Limits of the policy, each with what it is compared with. */
  readonly budgets: readonly {
    readonly kind: 'image' | 'package' | 'bundle';
    readonly name: string;
    readonly size: number;
    readonly minBytes?: number;
    readonly maxBytes?: number;
  }[];
}

/** One signed statement of how something was made. @see SLSA provenance v1 */
export interface DossierProvenance {
  /** Names of what it is about, with their digests. */
  readonly subjects: readonly { readonly name: string; readonly digest: string }[];
  /** Name and digest of the file it stands in. */
  readonly document: { readonly name: string; readonly digest?: Digest };
  readonly state: 'accepted' | 'undecided' | 'refused';
  readonly reason: string;
  readonly signers: readonly string[];
  readonly buildType: string;
  readonly builder: {
    readonly id: string;
    /** Component to version, sorted. */
    readonly versions: readonly { readonly name: string; readonly version: string }[];
  };
  /** The commit its definitions lie in; undefined: it names none. */
  readonly source?: {
    readonly commit: string;
    readonly uri?: string;
    /** Whether files differed from it when the release was made. */
    readonly state: 'unchanged' | 'changed' | 'unknown';
  };
  /** What the caller chose, as `name` and JSON text, sorted. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** What went in, sorted. */
  readonly inputs: readonly DossierInput[];
  /** What came out besides the subjects, sorted. */
  readonly byproducts: readonly DossierInput[];
  /** UTC, ISO 8601. */
  readonly startedOn?: string;
  readonly finishedOn?: string;
}

export interface DossierInput {
  readonly name: string;
  readonly uri?: string;
  /** `sha256:…`; undefined: it is not pinned. */
  readonly digest?: string;
}

export interface DossierReproducibility {
  /**
   * `same`: every archive, to the byte, by somebody who is trusted and did not sign it; `own`: the same, of some only by
   * whoever signed them; `same-content`: every archive, some only up to signatures; `partly`: nobody says so of some; `different`: somebody who is trusted says so of one; `unknown`:
   * nobody who is trusted says anything.
   */
  readonly outcome: 'same' | 'own' | 'same-content' | 'partly' | 'different' | 'unknown';
  readonly reason: string;
  /** Every statement that lay with the archives, by archive and document. */
  readonly statements: readonly DossierReproduction[];
}

/** What somebody says came of making an archive again. */
export interface DossierReproduction {
  readonly archive: string;
  /** `accepted`: signed by somebody with a role in the trust policy, and about these very bytes. */
  readonly state: 'accepted' | 'undecided' | 'refused';
  /** Undefined where it was not accepted: nothing of what it says is taken over. */
  readonly outcome?: 'identical' | 'same-content' | 'different';
  readonly reason: string;
  readonly signers: readonly string[];
  /** Whoever made it again is who signed what was judged, under whatever name. */
  readonly byReleaser?: boolean;
  /** Of what was made. */
  readonly rebuilt?: Digest;
  /** When, by the clock of whoever made it; UTC, ISO 8601. */
  readonly date?: string;
  readonly document: { readonly name: string; readonly digest?: Digest };
}

/** What somebody says tests of the software came to. @see in-toto attestation, test-result v0.1 */
export interface DossierTestResult {
  /** Archives whose bytes it was judged by, sorted. */
  readonly archives: readonly string[];
  readonly document: { readonly name: string; readonly digest?: Digest };
  /** `accepted`: signed by somebody with a role in the trust policy, and about these very bytes. */
  readonly state: 'accepted' | 'undecided' | 'refused';
  readonly reason: string;
  readonly signers: readonly string[];
  /** Undefined where it was not accepted: nothing of what it says is taken over. */
  readonly result?: 'PASSED' | 'WARNED' | 'FAILED';
  readonly counts?: { readonly passed: number; readonly warned: number; readonly failed: number };
  /** The first of them. */
  readonly failedTests?: readonly string[];
  /** Files the result was read from, which lie with it. */
  readonly files: readonly { readonly name: string; readonly digest: Digest }[];
}

/** What a scanner said, taken over as it stands: this program did not look itself. */
export interface DossierScan {
  readonly document: { readonly name: string; readonly digest: Digest };
  readonly format: 'sarif' | 'grype';
  readonly tool: string;
  readonly toolVersion?: string;
  /** When its database was made, as it says itself. */
  readonly databaseDate?: string;
  readonly counts: Readonly<Record<ScanSeverity, number>>;
  /** Matches the scanner found and was told to leave out of its result; undefined: none that it tells of. */
  readonly setAside?: number;
  /** Worst first, then by id. */
  readonly matches: readonly DossierScanMatch[];
}

export type ScanSeverity = 'critical' | 'high' | 'medium' | 'low' | 'negligible' | 'unknown';

export interface DossierScanMatch {
  /** CVE, GHSA or rule. */
  readonly id: string;
  readonly severity: ScanSeverity;
  /** What it was found in, as far as the scanner says. */
  readonly package?: string;
  readonly version?: string;
  readonly purl?: string;
  readonly fixedIn?: string;
  readonly location?: string;
}

export interface DossierPrevious {
  readonly name: string;
  readonly digest: Digest;
  readonly release: DossierRelease | null;
  readonly date: string;
  readonly archives: number;
  readonly uniqueImages: number;
  /** By image name: bytes then and now; undefined: not there. */
  readonly images: readonly {
    readonly name: string;
    readonly before?: number;
    readonly after?: number;
  }[];
}

export interface DossierHistoryEntry {
  readonly name: string;
  readonly digest: Digest;
  readonly date: string;
  readonly release: DossierRelease | null;
  readonly status: DossierVerdict['status'];
  readonly failed: number;
  readonly undecided: number;
  readonly archives: number;
  readonly uniqueImages: number;
}

export interface DossierEvidence {
  readonly name: string;
  readonly digest: string;
  /** Bytes; undefined where only its digest is known. */
  readonly size?: number;
  /** What it is: `archive`, `release statement`, `SBOM`, `policy` … */
  readonly kind: string;
}
