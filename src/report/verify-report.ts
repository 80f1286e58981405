import type { Finding } from '../checks/check.ts';
import type { ArchiveFormat } from '../checks/facts.ts';
import type { Digest } from '../oci/digest.ts';
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

export interface ReportedSignature {
  readonly outcome: 'valid' | 'invalid' | 'undecided' | 'unsigned';
  readonly location?: string;
  readonly covers?: string;
  readonly fingerprint?: string;
  readonly reason?: string;
}
