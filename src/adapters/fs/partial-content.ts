import { randomBytes } from 'node:crypto';
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from './fs-errors.ts';
import { isRunning } from './remove-leftovers.ts';

/** What is on its way into a store under a known hash; behind the hash the process and a number of its own. */
const form = /^([0-9a-f]{64})\.(\d+)\.[0-9a-f]{8}\.resume$/;

/**
 * A file of our own for content of this hash, with what a process that is gone left of it.
 * @returns its path, and how many bytes are in it
 */
export async function takePartial(
  folder: string,
  hex: string,
): Promise<{ readonly path: string; readonly size: number }> {
  const path = join(folder, `${hex}.${process.pid}.${randomBytes(4).toString('hex')}.resume`);
  for (const name of await readdir(folder)) {
    const [, of, pid] = form.exec(name) ?? [];
    if (of !== hex || isRunning(Number(pid))) continue;
    try {
      // Of two that want it, one gets it.
      await rename(join(folder, name), path);
      return { path, size: (await stat(path)).size };
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
  return { path, size: 0 };
}

/** Lets go of a file that is not whole: whoever asks for the content next goes on with it. */
export async function leavePartial(path: string): Promise<void> {
  const left = path.replace(/\.\d+(\.[0-9a-f]{8}\.resume)$/, '.0$1');
  await rename(path, left).catch(() => undefined);
}
