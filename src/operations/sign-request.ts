import type { ChunkSource } from '../archive/chunk-source.ts';
import type { Compute } from '../archive/compute.ts';
import type { CopySource } from '../archive/copy-archive.ts';
import type { ArchiveSource, OpenArchive } from '../ports/archive-source.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { TrustedKey } from '../ports/signature-judge.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';
import type { SignOncePorts } from './sign-once.ts';

export interface SignRequest {
  /** The archive; it is only read, unless `inPlace`. */
  readonly location: string;
  /** Where the signed package, or the signature of a bundle, goes: a file, or a folder that exists. */
  readonly out?: string;
  /** Give the signed package the name of the archive, in its stead. */
  readonly inPlace: boolean;
  /** Replace what is at `out`, and a signature that is not by this key. */
  readonly replace: boolean;
}

export interface SignPorts {
  readonly source: ArchiveSource;
  readonly compute: Compute;
  readonly signing: SignOncePorts;
  /** The folder and the name in it that a path means; a folder means a file of the given name in it. */
  outputAt(
    path: string,
    fileName: string,
  ): Promise<{ readonly folder: OutputFolder; readonly name: string; readonly isInput: boolean }>;
  /** Judges a file as `verify` does; without a key an unsigned one passes. */
  verify(path: string, judged: SignJudgement, run: Run): Promise<VerifyReport>;
}

export interface SignJudgement {
  /** The name it is to have. */
  readonly fileName: string;
  readonly wholeDigest: boolean;
  /** The bytes while they are being written: then the file is not opened. */
  readonly content?: ChunkSource;
  readonly key?: TrustedKey;
}

/** What `sign` did. */
export interface SignedArchive {
  readonly kind: 'package' | 'bundle';
  /** `unchanged`: a valid signature of this key over these very bytes was there. */
  readonly outcome: 'signed' | 'unchanged';
  /** The archive that is signed now. */
  readonly archive: string;
  /** Where its signature is: a file beside it, or an entry inside. */
  readonly signature: string;
  readonly fingerprint: string;
  /** Bytes of the archive. */
  readonly size: number;
  readonly report: VerifyReport;
  /** What else the caller should know. */
  readonly notes: readonly string[];
}

/** An archive that is being signed. */
export interface SignSubject {
  readonly archive: OpenArchive;
  readonly fileName: string;
  readonly content: CopySource;
}
