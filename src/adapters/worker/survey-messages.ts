import type { ArchiveErrorCode } from '../../archive/archive-error.ts';
import type { FrameFacts } from '../../archive/frame-facts.ts';
import type { FileSpan, ReadFault } from '../../archive/open-files.ts';
import type { ReadLimits } from '../../archive/read-limits.ts';
import type { Survey } from '../../archive/survey.ts';
import type { SectionPlace, SurveyedSection, SurveyedTar } from '../../archive/surveyed-tar.ts';
import type { RingMemory } from './chunk-ring.ts';

/** Where a job takes its bytes from: files that it reads itself, or another job. */
export type JobInput = { readonly files: readonly FileSpan[] } | { readonly ring: RingMemory };

/** What a survey thread is asked to do, one thing at a time. */
export type SurveyJob =
  | {
      readonly kind: 'section';
      readonly files: readonly FileSpan[];
      readonly place: SectionPlace;
      readonly limits: ReadLimits;
    }
  /** Everything in one thread. */
  | { readonly kind: 'archive'; readonly input: JobInput; readonly limits: ReadLimits }
  /** Reads and hashes the whole, and hands it on. */
  | { readonly kind: 'whole'; readonly files: readonly FileSpan[]; readonly out: RingMemory }
  /** Decodes, and hands on what came out. */
  | {
      readonly kind: 'frames';
      readonly input: JobInput;
      readonly limits: ReadLimits;
      readonly out: RingMemory;
    }
  /** Reads the tar that another job decodes. */
  | { readonly kind: 'tar'; readonly ring: RingMemory; readonly limits: ReadLimits };

/** A job, and the memory of the `SharedWatch` of its survey. */
export interface WatchedJob {
  readonly job: SurveyJob;
  readonly watch: SharedArrayBuffer;
}

/** What reading a tar from another job gave. */
export interface TarResult {
  readonly tar: SurveyedTar;
  readonly tarSize: number;
  /** What the walk had learned when the tar broke off; undefined where all of it was taken. */
  readonly broke: FrameFacts | undefined;
}

/** What the jobs give. */
export interface JobResults {
  readonly section: SurveyedSection;
  readonly archive: Survey;
  /** Lower-case hex; undefined when nobody took everything. */
  readonly whole: string | undefined;
  readonly frames: { readonly walk: FrameFacts; readonly read: number };
  readonly tar: TarResult;
}

/** One answer to each job. */
export type SurveyReply<Kind extends SurveyJob['kind'] = SurveyJob['kind']> =
  | { readonly result: JobResults[Kind] }
  | NoResult;

/** Why there is no result. */
export type NoResult =
  | { readonly unreadable: ReadFault }
  | {
      readonly refused: {
        readonly code: ArchiveErrorCode;
        readonly message: string;
        readonly suggestions: readonly string[];
      };
    }
  /** Somebody said stop, or another job of the same survey failed. */
  | { readonly stopped: true }
  | { readonly crash: string };
