import type { BuiltRelease } from '../attestation/release-statement.ts';
import type { LockedFile } from '../config/lock.ts';
import type { Digest } from '../oci/digest.ts';
import type { VerifyReport } from './verify-report.ts';

/** `report.json`: what a release consists of and what was checked. Same inputs, same bytes. */
export interface ReleaseReport {
  readonly schema: 'cowa-release/release-report/v1';
  readonly program: { readonly name: 'cowa-release'; readonly version: string };
  readonly release: BuiltRelease;
  /** Who signed everything; null for an unsigned release. */
  readonly signing: {
    /** SHA-256 of the key's SPKI; of issuer and subject for an identity. */
    readonly fingerprint: string;
    /** Whom certificates named, when no lasting key signed. */
    readonly identity?: { readonly issuer: string; readonly san: string };
    /** The program that reached the key, where that was another one. */
    readonly tool?: { readonly name: string; readonly digest: Digest };
  } | null;
  /** The offline package of this program that travels along. It proves nothing until checked by another way. */
  readonly verifier?: { readonly name: string; readonly digest: Digest; readonly size: number };
  /** By reference, sorted. */
  readonly images: readonly ReportedImage[];
  /** Files of the payloads, sorted by path. */
  readonly payloads: readonly LockedFile[];
  /** Members of the bundle that were not built here, sorted by name. */
  readonly members: readonly ReportedMember[];
  /** What verification said of each archive, in the order they were written. */
  readonly archives: readonly VerifyReport[];
  /** Files beside this report that it speaks of, sorted by name. */
  readonly files: readonly {
    readonly name: string;
    readonly digest: Digest;
    readonly size: number;
  }[];
}

export interface ReportedImage {
  readonly reference: string;
  readonly source: string;
  readonly digest: Digest;
  /** Of the index it was narrowed from. */
  readonly indexDigest?: Digest;
  /** Bytes of all its blobs. */
  readonly size: number;
}

export interface ReportedMember {
  readonly name: string;
  readonly origin: 'archive' | 'published';
  readonly location: string;
  /** Digest of its zarf.yaml. */
  readonly digest: Digest;
}
