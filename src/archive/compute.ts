import type { FileSurveys } from './file-surveys.ts';

/** A running SHA-256. Chunks are hashed in the order of the calls. */
export interface HashSession {
  /**
   * Adds bytes. Resolves when more may be given (back-pressure), which may be before they are
   * hashed: the caller must not change the bytes until `settled()` or `digest()` resolved.
   */
  update(bytes: Uint8Array): Promise<void> | void;
  /** Resolves when every byte given so far has been read and its memory may be reused. */
  settled(): Promise<void>;
  /** Lower-case hex. The session is over afterwards. */
  digest(): Promise<string>;
}

/**
 * The CPU work of this program: hashing, inflating and compressing zstd frames. Implemented in
 * process (`archive/compute-in-process.ts`) and by worker threads (`adapters/worker/`). Both give
 * the same bytes; results come back to the caller in the order it awaits them; memory in flight is
 * bounded by the implementation.
 */
export interface Compute extends AsyncDisposable {
  /** How many things run at once: what a caller may keep in flight. At least 1. */
  readonly parallelism: number;
  hash(): HashSession;
  /**
   * Decodes exactly one zstd frame.
   * @throws ArchiveError ZSTD_CHECKSUM, ZSTD_CONTENT_SIZE, ZSTD_DATA_INVALID, LIMIT_EXPANSION (more than maxBytes)
   */
  decodeFrame(frame: Uint8Array, maxBytes: number): Promise<Uint8Array>;
  /**
   * Gives back what `decodeFrame` or another decoder returned once nobody looks at it: its memory is used again
   * or freed. Whoever never calls it keeps every result as it was.
   */
  recycle?(content: Uint8Array): void;
  /**
   * Encodes content (at most 8 MiB) as one zstd frame by the one pinned encoder: the same content
   * and level give the same bytes on every machine.
   * @throws EnvironmentError ENCODER_MISSING where the native encoder cannot be loaded
   * @throws RangeError for another level than the pinned one, a programming error
   */
  encodeFrame(content: Uint8Array, level: number): Promise<Uint8Array>;
  /** Surveys by threads that read files themselves; undefined where there are no threads. */
  readonly surveys?: FileSurveys;
}
