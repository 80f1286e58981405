import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileLinker } from '../../ports/file-linker.ts';
import { systemCode, writeFailure } from './fs-errors.ts';
import { makeFolder } from './make-folder.ts';

/** Where a link cannot be made: another disk, a file system without links, or one that forbids them. */
const copiedInstead: readonly (string | undefined)[] = [
  'EXDEV',
  'EPERM',
  'EMLINK',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
];

/** Hard links on this machine. */
export class FsFileLinker implements FileLinker {
  async link(from: string, to: string): Promise<'linked' | 'copied'> {
    const folder = dirname(to);
    const temporary = join(
      folder,
      `.${basename(to)}.${process.pid}.${randomBytes(4).toString('hex')}.partial`,
    );
    try {
      await makeFolder(folder);
      const how = await this.#place(from, temporary);
      await rename(temporary, to);
      return how;
    } catch (error) {
      throw writeFailure(to, error);
    } finally {
      // Renaming a link onto the very same file leaves both.
      await rm(temporary, { force: true });
    }
  }

  async #place(from: string, temporary: string): Promise<'linked' | 'copied'> {
    try {
      await link(from, temporary);
      return 'linked';
    } catch (error) {
      if (!copiedInstead.includes(systemCode(error))) throw error;
      await copyFile(from, temporary, constants.COPYFILE_FICLONE);
      return 'copied';
    }
  }
}
