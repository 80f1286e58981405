import { OutputError } from '../../ports/storage-error.ts';

/** The system's error code (`ENOENT`), where the error has one. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const full: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Whether `writeFailure` said that there is no room left. */
export function isDiskFull(failure: unknown): boolean {
  return failure instanceof OutputError && failure.code === 'DISK_FULL';
}

/** A read-only disk answers ENOENT where folders are to be made on the way. */
const notWritable: ReadonlySet<string> = new Set([
  'EACCES',
  'EBUSY',
  'EEXIST',
  'EIO',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOTDIR',
  'EPERM',
  'EROFS',
]);

/** A failed write in words, with what to do about it. Other errors are given back as they are. */
export function writeFailure(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code !== undefined && full.has(code)) {
    return new OutputError('DISK_FULL', `no room left while writing ${path}`, {
      cause: error,
      suggestions: [
        'Free space there, or choose another folder with --out (results) or --cache-dir (cache)',
        'Run the same command again: what was done is kept in the cache',
      ],
    });
  }
  if (code !== undefined && notWritable.has(code)) {
    return new OutputError('OUTPUT_NOT_WRITABLE', `${path} cannot be written (${code})`, {
      cause: error,
      suggestions: [
        'Check that the disk is not read-only and the permissions of the folder, or choose another one with --out or --cache-dir',
      ],
    });
  }
  return error;
}
