import type { Digest } from '../oci/digest.ts';
import type { FrameFacts } from './frame-facts.ts';
import type { NestedFiles } from './nested-files.ts';
import type { ContainerProblem, SurveyedEntry } from './survey.ts';

/** What reading the content of one entry gave; what is missing was not reached. */
export interface EntryBody {
  digest?: Digest;
  content?: Uint8Array;
  head?: Uint8Array;
  nested?: NestedFiles;
}

/** An entry and what reading it gave; digests may be filled in later. */
export interface FoundEntry {
  readonly entry: Omit<SurveyedEntry, keyof EntryBody>;
  readonly body: EntryBody;
}

/** What reading a tar gave. */
export interface SurveyedTar {
  readonly found: readonly FoundEntry[];
  readonly problems: readonly ContainerProblem[];
  readonly endBlocks: number;
  /** Headers of all kinds. */
  readonly headers: number;
}

/** Frames of an archive that are read apart from the others. */
export interface SectionPlace {
  /** Number of frames before. */
  readonly first: number;
  /** Offset in the file. */
  readonly start: number;
  /** Offset behind its last byte. */
  readonly end: number;
}

/** What reading a section gave. */
export interface SurveyedSection {
  readonly walk: FrameFacts;
  readonly tar: SurveyedTar;
  /** Bytes of the tar. */
  readonly tarSize: number;
  /** Bytes of contents kept. */
  readonly retained: number;
  /** Bytes kept of files in the tars of components. */
  readonly nested: number;
}
