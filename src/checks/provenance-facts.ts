import type { Provenance } from '../attestation/provenance.ts';
import type { TestResult } from '../attestation/read-test-result.ts';
import type { Reproducibility } from '../attestation/reproducibility.ts';
import type { Digest } from '../oci/digest.ts';

/** What lies with an archive about how it was made, and what is demanded of it. */
export interface ProvenanceFacts {
  readonly demands: ProvenanceDemands;
  /** In the order of their files and lines. */
  readonly statements: readonly ProvenanceStatement[];
  /** What lies with it about making it again, in the same order; undefined: nobody looked. */
  readonly reproductions?: readonly ReproductionStatement[];
  /** What lies with it about its SBOMs; undefined: nobody looked. */
  readonly sbomReferences?: readonly SbomReferences[];
  /** What lies with it about tests and scans; undefined: nobody looked. */
  readonly testResults?: readonly TestResultStatement[];
}

/** What a policy wants of provenance. */
export interface ProvenanceDemands {
  readonly required: boolean;
  /** URIs of builders that are believed; undefined: any. */
  readonly builders?: readonly string[];
  /** The definitions have to be those of the commit that is named; default: false. */
  readonly unchanged?: boolean;
}

/** A statement that is not believed, and why. */
export interface UnbelievedStatement {
  /** `undecided`: nobody was trusted who could be asked. */
  readonly state: 'refused' | 'undecided';
  readonly location: string;
  readonly code: string;
  readonly reason: string;
}

/** A statement that is believed: signed by somebody whom the trust policy lets say such things. */
interface BelievedStatement {
  readonly state: 'believed';
  /** File name; with a line, where there are several in it. */
  readonly location: string;
  /** Names in the trust policy of those who signed. */
  readonly signers: readonly string[];
}

/** A believed statement that names files which lie with the archive. */
export interface BelievedReferences extends BelievedStatement {
  /** Which archive it is about; unknown where the digest of this one could not be told. */
  readonly about: 'this' | 'another' | 'unknown';
  /** Compared only where it is about this archive. */
  readonly files: readonly ReferencedFile[];
}

/** One statement, and whether it is believed. */
export type ProvenanceStatement =
  | (BelievedStatement & { readonly provenance: Provenance })
  | UnbelievedStatement;

/** What somebody says came of making the archive again, and whether it is believed. */
export type ReproductionStatement =
  | (BelievedStatement & {
      /** Who they are, whatever they are called. */
      readonly parties: readonly string[];
      /** About these very bytes. */
      readonly made: Reproducibility;
    })
  | UnbelievedStatement;

/** A file that a statement names, and what lies there under this name. */
export type ReferencedFile = { readonly name: string; readonly digest: Digest } & (
  | { readonly state: 'same' | 'missing' }
  | { readonly state: 'other'; readonly found: Digest }
  | { readonly state: 'unread'; readonly reason: string }
);

/** A statement about the SBOMs of an archive, and whether it is believed. */
export type SbomReferences = BelievedReferences | UnbelievedStatement;

/** A statement about tests or a scan of an archive, and whether it is believed. */
export type TestResultStatement =
  | (BelievedReferences & {
      /** Undefined: it names what a scanner wrote, and says nothing of it. */
      readonly result: TestResult | undefined;
    })
  | UnbelievedStatement;
