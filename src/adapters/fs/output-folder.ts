import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputFile, OutputFolder } from '../../ports/output.ts';
import { OutputError } from '../../ports/storage-error.ts';
import { systemCode, writeFailure } from './fs-errors.ts';
import { makeFolder } from './make-folder.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { writeFully } from './write-fully.ts';

/** `.name.<process>.<random>.partial`: says whose it is, so that a later run may remove what a killed one left. */
const partialName = /^\..+\.(\d+)\.[0-9a-f]{8}\.partial$/;

/** A folder on disk; files appear in it whole or not at all. */
export class FsOutputFolder implements OutputFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  pathOf(name: string): string {
    return join(this.#folder, name);
  }

  async create(name: string): Promise<OutputFile> {
    const temporaryPath = join(
      this.#folder,
      `.${name}.${process.pid}.${randomBytes(4).toString('hex')}.partial`,
    );
    try {
      await makeFolder(this.#folder);
      await removeLeftovers(this.#folder, partialName);
      const handle = await open(temporaryPath, 'wx', 0o644);
      return new FsOutputFile(handle, temporaryPath, this.pathOf(name), this.#folder);
    } catch (error) {
      throw writeFailure(this.pathOf(name), error);
    }
  }

  async list(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => !partialName.test(name)).sort();
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw new OutputError(
        'OUTPUT_NOT_READABLE',
        `the folder ${this.#folder} cannot be listed (${systemCode(error) ?? 'unknown'})`,
        { cause: error, suggestions: ['Choose another folder with --out'] },
      );
    }
  }

  async read(name: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const path = this.pathOf(name);
    try {
      const { size } = await stat(path);
      if (size > maxBytes)
        throw new OutputError(
          'OUTPUT_NOT_READABLE',
          `${path} has ${size} bytes, at most ${maxBytes} are read`,
        );
      return await readFile(path);
    } catch (error) {
      if (error instanceof OutputError) throw error;
      if (systemCode(error) === 'ENOENT') return undefined;
      throw new OutputError(
        'OUTPUT_NOT_READABLE',
        `${path} cannot be read (${systemCode(error) ?? 'unknown'})`,
        { cause: error },
      );
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await rm(this.pathOf(name), { force: true });
    } catch (error) {
      throw writeFailure(this.pathOf(name), error);
    }
  }
}

/** Bytes that wait in memory before the disk is told to begin. */
const syncBytes = 256 * 2 ** 20;

class FsOutputFile implements OutputFile {
  readonly temporaryPath: string;
  readonly #handle: FileHandle;
  readonly #finalPath: string;
  readonly #folder: string;
  #open = true;
  #done = false;
  #written = 0;
  #unsynced = 0;
  #syncing: Promise<void> | undefined;

  constructor(handle: FileHandle, temporaryPath: string, finalPath: string, folder: string) {
    this.#handle = handle;
    this.temporaryPath = temporaryPath;
    this.#finalPath = finalPath;
    this.#folder = folder;
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    try {
      for (const piece of pieces) {
        await writeFully(this.#handle, piece);
        this.#written += piece.length;
        this.#unsynced += piece.length;
      }
      if (this.#unsynced >= syncBytes) await this.#syncAhead();
    } catch (error) {
      throw writeFailure(this.#finalPath, error);
    }
  }

  async commit(): Promise<void> {
    try {
      await this.#syncing;
      await this.#handle.sync();
      await this.#requireOwn();
      await this.#close();
      await rename(this.temporaryPath, this.#finalPath);
      this.#done = true;
      await syncFolder(this.#folder);
    } catch (error) {
      throw writeFailure(this.#finalPath, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    if (!this.#done) await rm(this.temporaryPath, { force: true });
  }

  /** Archives are judged from memory: what gets the name has to be the file that went there, all of it. */
  async #requireOwn(): Promise<void> {
    const [own, named] = await Promise.all([
      this.#handle.stat({ bigint: true }),
      stat(this.temporaryPath, { bigint: true }),
    ]);
    if (own.ino === named.ino && own.dev === named.dev && own.size === BigInt(this.#written))
      return;
    throw new OutputError(
      'OUTPUT_CHANGED',
      `something else wrote to ${this.temporaryPath}, which was to become ${this.#finalPath}: ${this.#written} bytes were written, ${named.size} are there`,
      { suggestions: ['Find out what writes to the folder, then run the same command again'] },
    );
  }

  /** Lets the disk work while the next bytes are made; a failure shows at the next write or at the end. */
  async #syncAhead(): Promise<void> {
    await this.#syncing;
    this.#unsynced = 0;
    this.#syncing = this.#handle.datasync();
    this.#syncing.catch(() => undefined);
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#syncing?.catch(() => undefined);
    await this.#handle.close();
  }
}

/** Makes the new name durable; file systems that cannot are left alone. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES'].includes(systemCode(error) ?? '')) throw error;
  }
}
