import type { FrameSizes } from './seek-table-write.ts';

/** What a walk over frames learned. */
export interface FrameFacts {
  readonly frames: number;
  readonly skippable: number;
  /** Where the first skippable frame begins. */
  readonly firstSkippable: number | undefined;
  readonly withoutChecksum: number;
  /** Of the frames that were decoded to their end. */
  readonly sizes: readonly FrameSizes[];
  /** Payload of the last skippable frame if nothing follows it and it can be a seek table. */
  readonly table: Uint8Array | undefined;
  /** Where the frame begins that was looked at last. */
  readonly offset: number;
}
