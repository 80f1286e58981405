import type { BuiltRelease } from '../../attestation/release-statement.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Requirements } from '../requirements.ts';

/** Everything the documents of a handover kit are made from. */
export interface Handover {
  readonly programVersion: string;
  readonly release: BuiltRelease;
  /** SHA-256 of the release key, lower-case hex; undefined: the release is not signed by a key. */
  readonly fingerprint: string | undefined;
  /** Whom a certificate names, where that signed in the place of a key. */
  readonly identity: string | undefined;
  /** What is deployed, in the order it is. */
  readonly archives: readonly HandoverArchive[];
  /** Every file of the release folder, sorted. */
  readonly files: readonly { readonly name: string; readonly size: number }[];
  /** Whether a report on the release lies in the kit, and whether somebody signed it. */
  readonly report: 'signed' | 'unsigned' | undefined;
  /** The offline package of this program, when it travels along. */
  readonly verifier: string | undefined;
}

export interface HandoverArchive {
  readonly name: string;
  readonly kind: 'bundle' | 'package';
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Deployed as it is, and not as part of a bundle that is there, too. */
  readonly deployed: boolean;
  /** Of what is deployed. */
  readonly requirements?: Requirements;
}

/** Names in a kit. The release folder lies in it unchanged, so that it can be verified as it is. */
export const handoverNames = {
  release: 'release',
  report: 'report',
  page: 'HANDOVER.md',
  html: 'HANDOVER.html',
  checklist: 'CHECKLIST.html',
  fingerprint: 'FINGERPRINT.txt',
  config: 'uds-config.yaml',
  requirements: 'requirements.json',
  checksums: 'SHA256SUMS',
  /** Signed, over everything here but the release. */
  statement: 'handover.intoto.jsonl',
} as const;
