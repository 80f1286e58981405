import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordStore } from '../../ports/record-store.ts';
import { makeFolder } from './make-folder.ts';
import { touch } from './touch.ts';

/** One small file for each key. */
export class FsRecordStore implements RecordStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async find(key: string): Promise<string | undefined> {
    try {
      const path = join(this.#folder, key);
      const text = await readFile(path, 'utf8');
      await touch(path);
      return text;
    } catch {
      return undefined;
    }
  }

  async keep(key: string, value: string): Promise<void> {
    const path = join(this.#folder, key);
    const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.partial`;
    try {
      await makeFolder(this.#folder);
      await writeFile(temporary, value, { flag: 'wx' });
      await rename(temporary, path);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}
