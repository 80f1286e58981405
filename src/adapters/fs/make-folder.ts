import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemCode } from './fs-errors.ts';

/**
 * Makes a folder and those above it that are missing. Node's own way tries for ever where a folder that is there
 * answers ENOENT to whatever is made in it, as /proc does.
 * @throws the system's error: ENOENT there, EACCES, ENOTDIR, EEXIST where a file has the name
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let at = resolve(path); !(await isFolder(at)); at = dirname(at)) missing.unshift(at);
  for (const each of missing) {
    try {
      await mkdir(each);
    } catch (error) {
      // Somebody else was faster.
      if (systemCode(error) !== 'EEXIST' || !(await isFolder(each))) throw error;
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
