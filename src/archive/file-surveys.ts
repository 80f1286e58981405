import type { OpenFiles } from './open-files.ts';
import type { ReadLimits } from './read-limits.ts';
import type { Survey } from './survey.ts';
import type { SectionPlace, SurveyedSection } from './surveyed-tar.ts';

/** Who waits for a survey. */
export interface SurveyWatch {
  readonly signal: AbortSignal;
  /** Told how many more bytes were read, now and then. */
  onBytes(more: number): void;
}

/** Surveys of files by threads that read them themselves. One at a time: this bounds the memory. */
export interface FileSurveys {
  /** Sections that are read at once. */
  readonly parallelism: number;
  /**
   * Reads sections side by side, the largest first. The results are in the order given; undefined
   * as soon as `sound` refuses one, and nothing more is read then.
   */
  sections(
    files: OpenFiles,
    places: readonly SectionPlace[],
    limits: ReadLimits,
    sound: (section: SurveyedSection, index: number) => boolean,
    watch: SurveyWatch,
  ): Promise<readonly SurveyedSection[] | undefined>;
  /** Reads front to back, decoding and hashing in threads of their own. */
  frontToBack(
    files: OpenFiles,
    limits: ReadLimits,
    how: {
      readonly wholeDigest: boolean;
      /** Whether decoding is so much work that it deserves its own thread. */
      readonly decodeApart: boolean;
    },
    watch: SurveyWatch,
  ): Promise<Survey>;
}
