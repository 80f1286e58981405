import type { EncodedFrame } from './frame-store.ts';
import type { FrameSizes } from './seek-table-write.ts';

/** One or more frames as they will lie in the file. */
export interface EncodedRun {
  readonly pieces: readonly Uint8Array[];
  readonly frames: readonly FrameSizes[];
  /** Told once nobody looks at the pieces any more: their memory is used again. Who never says so keeps them. */
  release?(): void;
}

/** A promise in a box, so that a generator hands it over without waiting for it. */
export interface PendingRun {
  readonly ready: Promise<EncodedRun>;
}

/** What is under way, to be awaited in its turn. */
export function pending(ready: Promise<EncodedRun>): PendingRun {
  ready.catch(() => undefined); // a failure before its turn is not unhandled
  return { ready };
}

/** One frame alone. */
export function single(frame: EncodedFrame): EncodedRun {
  return {
    pieces: [frame.bytes],
    frames: [{ size: frame.bytes.length, contentSize: frame.contentSize }],
  };
}
