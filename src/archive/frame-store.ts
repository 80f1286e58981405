import type { Run } from '../support/run.ts';

/** One frame, ready to be written. */
export interface EncodedFrame {
  readonly bytes: Uint8Array;
  /** What it decodes to, bytes. */
  readonly contentSize: number;
}

/** Finished frames by key, kept between runs. A cache: it may forget, and it never gives wrong bytes. */
export interface FrameStore {
  /**
   * The frames of a key, each checked against the hash it was stored with; undefined when there are
   * none. An entry found damaged is dropped and reading it ends in an error: make the frames anew.
   * @throws FrameCacheError FRAME_CACHE_DAMAGED
   */
  open(key: string, run: Run): Promise<AsyncIterable<EncodedFrame> | undefined>;
  /** Begins to record. Nothing is visible before `commit`; without it everything is thrown away. */
  record(key: string, run: Run): Promise<FrameRecorder>;
}

export interface FrameRecorder extends AsyncDisposable {
  add(frame: EncodedFrame): Promise<void>;
  commit(): Promise<void>;
}
