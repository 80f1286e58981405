/** A file that is open, and which bytes of the whole it holds. */
export interface FileSpan {
  /** Number of the open file in this process: every thread reads by it, at any place. */
  readonly descriptor: number;
  /** Offset of its first byte in the whole. */
  readonly start: number;
  /** Offset behind its last byte. */
  readonly end: number;
}

/** What reading of a file failed of. */
export interface ReadFault {
  /** Which of the spans. */
  readonly span: number;
  /** The system's code; undefined where the file ended before its end. */
  readonly code: string | undefined;
}

/** Open files whose bytes, one after another, are an archive. They stay open while its source does. */
export interface OpenFiles {
  readonly spans: readonly FileSpan[];
  /** A failed read in words. */
  failure(fault: ReadFault): Error;
  /** Asked for when everything was read. @throws what `failure` gives, for files that are not what they were when opened */
  unchanged(): Promise<void>;
}
