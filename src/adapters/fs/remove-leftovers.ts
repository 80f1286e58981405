import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './fs-errors.ts';

/**
 * Removes what a process that was killed left half-written in a folder. Files and folders of processes
 * that run, this one included, stay.
 * @param pattern matches such a name; its first group is the process
 */
export async function removeLeftovers(folder: string, pattern: RegExp): Promise<void> {
  for (const name of await readdir(folder)) {
    const owner = Number(pattern.exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(owner) && !isRunning(owner))
      await rm(join(folder, name), { force: true, recursive: true });
  }
}

/** Whether a process of this machine runs; the number 0 is nobody's. */
export function isRunning(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0); // signal 0 only asks
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
