import type { ArchiveErrorCode } from '../../archive/archive-error.ts';
import { ContainerFault } from '../../archive/container-fault.ts';
import type { FrameFacts } from '../../archive/frame-facts.ts';
import type { Mark } from './chunk-ring.ts';

/** Where a walk over frames stands, to go with what a frame decodes to. */
export function markOf(
  { offset, frames, skippable, firstSkippable = -1, withoutChecksum }: FrameFacts,
  fault = false,
): Mark {
  return [offset, frames, skippable, firstSkippable, withoutChecksum, fault ? 1 : 0];
}

/** What the walk had learned when it came to the chunk; within a frame nobody knows of a table yet. */
export function factsIn([
  offset = 0,
  frames = 0,
  skippable = 0,
  firstSkippable = -1,
  withoutChecksum = 0,
]: Mark): FrameFacts {
  return {
    offset,
    frames,
    skippable,
    firstSkippable: firstSkippable < 0 ? undefined : firstSkippable,
    withoutChecksum,
    sizes: [],
    table: undefined,
  };
}

/** Whether the chunk is no content, but says why there is no more. */
export function isFault(mark: Mark): boolean {
  return mark[5] === 1;
}

/** A fault of a container as bytes, for a chunk. */
export function textOf({ code, message, entry }: ContainerFault): Uint8Array {
  return Buffer.from(JSON.stringify({ code, message, entry }));
}

/** The fault that `textOf` wrote. */
export function faultIn(chunk: Uint8Array): ContainerFault {
  const { code, message, entry }: { code: ArchiveErrorCode; message: string; entry?: string } =
    JSON.parse(Buffer.from(chunk).toString('utf8'));
  return new ContainerFault(code, message, entry);
}
