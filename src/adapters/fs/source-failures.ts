import type { BigIntStats } from 'node:fs';
import { ArchiveSourceError } from '../../ports/archive-source.ts';
import { systemCode } from './fs-errors.ts';

type Kind = 'file' | 'folder' | 'pipe' | 'device' | 'socket';

/** What lies there. */
export function kindOf(found: BigIntStats): Kind {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  if (found.isFIFO()) return 'pipe';
  return found.isSocket() ? 'socket' : 'device';
}

/** True when the error says that nothing lies there. */
export function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Something else than a file where an archive is meant. */
export function notAFile(location: string, kind: Kind): ArchiveSourceError {
  const suggestions =
    kind === 'folder' ? ['Name an archive inside it'] : [`cat ${location} | cowa-release verify -`];
  return new ArchiveSourceError(
    'ARCHIVE_NOT_A_FILE',
    `${location} is a ${kind}, an archive is a file`,
    { suggestions },
  );
}

/** The file is not what it was when it was opened. */
export function changed(location: string, how: string): ArchiveSourceError {
  return new ArchiveSourceError('ARCHIVE_CHANGED', `${location} ${how} while it was read`, {
    suggestions: [
      'Run again when nothing else writes to the file, such as a copy that is still under way',
    ],
  });
}

/** What is there cannot be read. */
export function unreadable(location: string, why: string, cause?: unknown): ArchiveSourceError {
  return new ArchiveSourceError('ARCHIVE_UNREADABLE', `${location} ${why}`, {
    ...(cause === undefined ? {} : { cause }),
    suggestions: ['Check its permissions and the medium it lies on'],
  });
}

/** Throws the system's error in words. @throws ArchiveSourceError ARCHIVE_MISSING, ARCHIVE_UNREADABLE */
export function fail(location: string, error: unknown): never {
  if (isMissing(error)) {
    throw new ArchiveSourceError('ARCHIVE_MISSING', `${location} does not exist`, {
      cause: error,
      suggestions: ['Check the path'],
    });
  }
  throw unreadable(location, `cannot be read (${systemCode(error) ?? 'unknown'})`, error);
}
