import { OutputError } from '../../ports/storage-error.ts';

/** How systems and engines say that there is no room; text of an engine that failed. */
const noRoom = /no space left on device|disk quota exceeded|\bENOSPC\b|\bEDQUOT\b/i;

/** Whether an engine that failed said that there was no room. */
export function saysDiskFull(tail: string): boolean {
  return noRoom.test(tail);
}

/** Whether the system said it of a file that was written here. */
export function isDiskFull(error: unknown): boolean {
  const code: unknown = Reflect.get(Object(error), 'code');
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/**
 * A build for which there was no room.
 * @param place folder here, or who builds elsewhere
 */
export function diskFull(name: string, place: string, said: string, cause?: unknown): OutputError {
  return new OutputError('DISK_FULL', `no room left while building ${name}: ${place}${said}`, {
    ...(cause === undefined ? {} : { cause }),
    suggestions: [
      'Free space there; for builds here --cache-dir names a folder on another disk',
      'Run the same command again: what was built stays built',
    ],
  });
}
