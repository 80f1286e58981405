import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { KeptRun, RunHistory } from '../../ports/run-history.ts';
import { makeFolder } from './make-folder.ts';
import { isRunning, removeLeftovers } from './remove-leftovers.ts';

/** Of a run that goes on the process and the machine are part of the name. */
const name = /^(\d{8}T\d{6}Z-[0-9a-f]{6})(?:\.(\d+)\.([0-9A-Za-z-]+)\.running)?\.json$/;
const half = /^\d{8}T\d{6}Z-[0-9a-f]{6}\.(\d+)\.[0-9a-f]{8}\.partial$/;
const maxKept = 1000;
const maxRecordBytes = 8 * 2 ** 20;

/** One small file for each run, in one folder; of more than a thousand the oldest go. */
export class FsRunHistory implements RunHistory {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async keep(id: string, text: string, running: boolean): Promise<void> {
    const part = join(
      this.#folder,
      `${id}.${process.pid}.${randomBytes(4).toString('hex')}.partial`,
    );
    const began = join(this.#folder, `${id}.${process.pid}.${here()}.running.json`);
    const path = running ? began : join(this.#folder, `${id}.json`);
    try {
      await makeFolder(this.#folder);
      await writeFile(part, text, { flag: 'wx' });
      await rename(part, path);
      if (!running) await rm(began, { force: true });
      await removeLeftovers(this.#folder, half);
      await this.#forget();
    } catch {
      await rm(part, { force: true }).catch(() => undefined);
    }
  }

  async list(): Promise<readonly KeptRun[]> {
    const found: KeptRun[] = [];
    for (const file of await this.#names()) {
      const [, id = '', pid, host] = name.exec(file) ?? [];
      const text = await readFile(join(this.#folder, file), 'utf8').catch(() => undefined);
      if (text === undefined || text.length > maxRecordBytes) continue;
      const gone = pid !== undefined && host === here() && !isRunning(Number(pid));
      found.push({ id, text, gone });
    }
    return found;
  }

  /** Sorted: ids begin with the time. */
  async #names(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((each) => name.test(each)).sort();
  }

  async #forget(): Promise<void> {
    const names = await this.#names();
    for (const each of names.slice(0, Math.max(0, names.length - maxKept)))
      await rm(join(this.#folder, each), { force: true });
  }
}

/** The name of this machine, as far as it can stand in a file name. */
function here(): string {
  return hostname().replaceAll(/[^0-9A-Za-z-]/g, '-') || 'machine';
}
