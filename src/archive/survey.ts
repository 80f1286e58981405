import type { Digest } from '../oci/digest.ts';
import type { ArchiveErrorCode } from './archive-error.ts';
import type { NestedFiles } from './nested-files.ts';

export type EntryType =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'hardlink'
  | 'device'
  | 'fifo'
  | 'sparse'
  | 'unknown';

/** One tar entry as it was seen in passing. */
export interface SurveyedEntry {
  /** The name as the archive spells it (after PAX and GNU long names). */
  readonly name: string;
  /** The name as readers use it: no `./`, no doubled or trailing slashes. */
  readonly path: string;
  readonly type: EntryType;
  /** Permission bits. */
  readonly mode: number;
  /** Content bytes. */
  readonly size: number;
  /** Of the content; files only, absent when the content could not be read to its end. */
  readonly digest?: Digest;
  /** The content itself where it is small and looks like text (see ReadLimits); JSON, YAML, checksums, signatures. */
  readonly content?: Uint8Array;
  /** First bytes of the content (at most 16), to tell gzip, zstd and tar layers apart. */
  readonly head?: Uint8Array;
  readonly linkTarget?: string;
  /** Of the tar of a component: its charts, values files and manifests. Of `sboms.tar`: what its documents are about. */
  readonly nested?: NestedFiles;
}

/** Something wrong with the container. A fatal one ended the reading there. */
export interface ContainerProblem {
  readonly code: ArchiveErrorCode;
  readonly message: string;
  /** Offset in the input, bytes. */
  readonly offset?: number;
  /** Name of the entry concerned. */
  readonly entry?: string;
  readonly fatal: boolean;
}

export interface ContainerFacts {
  readonly compression: 'zstd' | 'none';
  /** Bytes of the input. */
  readonly size: number;
  /** Bytes of the tar inside. */
  readonly tarSize: number;
  /** SHA-256 of the whole input, where it was asked for. */
  readonly digest?: Digest;
  readonly frames: number;
  readonly skippableFrames: number;
  /** Data frames without content checksum. */
  readonly framesWithoutChecksum: number;
  readonly seekTable: 'absent' | 'agrees' | 'disagrees';
  readonly endBlocks: number;
  readonly problems: readonly ContainerProblem[];
  /**
   * Set when the archive was read in places only, as its seek table or its headers point: large
   * contents were skipped (their entries have no digest), nothing was verified, and `seekTable` says
   * no more than that what was looked at fits it. Never a ground for a verdict.
   */
  readonly unproven?: true;
}

/** Everything one pass over an archive learned. Small, whatever the size of the archive. */
export interface Survey {
  readonly container: ContainerFacts;
  /** In the order of the archive. */
  readonly entries: readonly SurveyedEntry[];
}
