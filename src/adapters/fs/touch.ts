import { utimes } from 'node:fs/promises';
import { systemCode } from './fs-errors.ts';

/**
 * Notes that a file of the cache was used now, which is what pruning goes by. On a disk that is not ours to
 * write nothing is noted.
 * @returns false when the file is gone
 */
export async function touch(path: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(path, now, now);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ENOENT';
  }
}
